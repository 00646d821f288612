import type { Secret } from '@oriel/base';
import { parseCameraFile } from '../cameras/camera-file.ts';
import type { Overrides } from '../cameras/compose.ts';
import { LocatedYaml } from '../cameras/located-yaml.ts';
import { UsageError } from '../options/usage-error.ts';

/** A configuration as it is to stand in a folder of its own: the file, and a file for each camera's key. */
export interface Draft {
	readonly text: string;
	/** By camera. */
	readonly keys: ReadonlyMap<string, Secret>;
}

export interface DraftOptions {
	/** The file as it is, with its comments; '' to begin one. */
	readonly text: string;
	/** For words. */
	readonly path: string;
	/** What options and environment say of one camera. */
	readonly said: Overrides;
	/** The name of a camera that has none. */
	readonly nameless: () => string;
	/** The key in a file that the configuration names. */
	readonly readKey: (path: string) => Secret;
}

/** The configuration with what was said written into it, and every key moved out of it. Throws UsageError. */
export function draftCameras({ text, path, said, nameless, readKey }: DraftOptions): Draft {
	const begun = text.trim() === '' ? emptyFile(said.relay) : text;
	const { document } = LocatedYaml.parse(begun, path);
	const target = targetOf(begun, path, said, nameless);
	if (target !== undefined) {
		for (const [key, value] of entriesOf(said)) {
			const isCommon = key === 'relay' && (document.get('relay') ?? value) === value;
			document.setIn(isCommon ? ['relay'] : ['cameras', target, key], value);
		}
		if (!document.hasIn(['cameras', target])) document.setIn(['cameras', target], document.createNode({}));
	}
	const keys = new Map<string, Secret>();
	// A block reads better than braces, and can be added to by hand.
	const draft = document.toString({ lineWidth: 0, collectionStyle: 'block' });
	const { yaml, relay, cameras } = parseCameraFile(draft, path);
	if (cameras.size === 0) throw new UsageError(`${path}: no camera is listed; expected at least one`);
	for (const [name, entry] of cameras) {
		const keyFile = entry['key-file'];
		const own = name === target ? said.key : undefined;
		const key = own ?? entry.key ?? (keyFile === undefined ? undefined : readKey(keyFile));
		if (!key) {
			throw new UsageError(
				`camera ${name}: there is no publish key for it here. Pair this machine first (oriel camera join ..., the line is on the relay's page), or give --key-file FILE`,
			);
		}
		if ((entry.relay ?? relay) === undefined) {
			throw new UsageError(`camera ${name}: no relay is named; expected: oriel camera install RELAY_URL`);
		}
		keys.set(name, key);
		yaml.document.deleteIn(['cameras', name, 'key']);
		yaml.document.setIn(['cameras', name, 'key-file'], `${name}.key`);
	}
	return { text: yaml.document.toString({ lineWidth: 0, collectionStyle: 'block' }), keys };
}

function emptyFile(relay: string | undefined): string {
	return `${relay === undefined ? '' : `relay: ${JSON.stringify(relay)}\n`}cameras: {}\n`;
}

/** The camera that was spoken of; undefined if the file is to be taken as it is. */
function targetOf(text: string, path: string, said: Overrides, nameless: () => string): string | undefined {
	const names = [...parseCameraFile(text, path).cameras.keys()];
	if (said.name !== undefined) return said.name;
	if (names.length === 0) return nameless();
	if (said.key === undefined && entriesOf(said).length === 0) return undefined;
	if (names.length === 1) return names[0];
	throw new UsageError(`${path} has ${names.join(', ')}; say with --name which camera is meant, or a new one`);
}

function entriesOf({
	relay,
	pin,
	title,
	source,
	preview,
	cameraPin,
	alwaysOn,
	minBitrate,
	noRemoteControls,
	pictures,
}: Overrides): readonly [string, string][] {
	const said = {
		relay,
		'relay-pin': pin,
		title,
		source,
		preview,
		'camera-pin': cameraPin,
		'always-on': alwaysOn,
		'min-bitrate': minBitrate,
		'no-remote-controls': noRemoteControls,
	};
	return Object.entries({ ...said, ...pictures }).flatMap(([key, value]) =>
		value === undefined ? [] : [[key, textOf(value)] as [string, string]],
	);
}

/** A value as a flag would be given it. */
function textOf(value: unknown): string {
	if (typeof value !== 'object' || value === null) return String(value);
	const { x, y, width, height } = value as Record<string, number>;
	return x === undefined ? `${width}x${height}` : [x, y, width, height].join(',');
}
