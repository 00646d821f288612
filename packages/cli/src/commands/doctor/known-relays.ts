import { readFileSync } from 'node:fs';
import { reasonOf, systemCode } from '@oriel/base';
import { parseCameraFile } from '../../cameras/camera-file.ts';
import type { Environment } from '../../options/read.ts';
import { cameraFilePlaces } from '../../platform/configuration-places.ts';
import { cameraDirectories, joinedCameras } from '../../platform/joined-cameras.ts';
import type { Finding } from './finding.ts';

/** A relay that cameras of this machine send to. */
export interface KnownRelay {
	readonly url: string;
	/** `sha256/BASE64`, if its certificate signs itself. */
	readonly pin: string | undefined;
}

/** The relays of this machine's cameras, and the files that could not be read. */
export function knownRelays(env: Environment): { readonly relays: KnownRelay[]; readonly unread: Finding[] } {
	const relays = new Map<string, KnownRelay>();
	const unread: Finding[] = [];
	const add = (url: string | undefined, pin: string | undefined) => {
		if (url === undefined || relays.has(url)) return;
		relays.set(url, { url: url.replace(/^ws/, 'http'), pin });
	};
	const places: (() => void)[] = [
		...cameraFilePlaces(env).map((path) => () => {
			const file = parseCameraFile(readFileSync(path, 'utf8'), path);
			for (const entry of file.cameras.values())
				add(entry.relay ?? file.relay, entry['relay-pin'] ?? file['relay-pin']);
		}),
		...cameraDirectories(env).map((directory) => () => {
			for (const { relays: urls, pin } of joinedCameras(directory)) add(urls[0], pin);
		}),
	];
	for (const read of places) {
		try {
			read();
		} catch (failure) {
			if (systemCode(failure) === 'ENOENT') continue;
			const words = `the relay of these cameras is not known: ${reasonOf(failure)}`;
			unread.push({ what: 'cameras', verdict: 'unknown', words, cure: 'sudo oriel doctor' });
		}
	}
	return { relays: [...relays.values()], unread };
}
