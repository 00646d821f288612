import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AgentError } from '@oriel/agent';
import { reasonOf, type Secret } from '@oriel/base';
import type { Values } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { exposureOf } from '../platform/exposure.ts';
import type { CameraConfig } from './camera-config.ts';
import { type CameraEntry, type CameraFile, parseCameraFile } from './camera-file.ts';
import { type pictureOptions, settingsOf } from './picture-options.ts';
import { readKeyFile } from './publish-key.ts';

/** What a camera shows unless told otherwise. */
export const DEFAULT_SOURCE = 'auto';

/** What flags and environment say: it wins over the file. */
export interface Overrides {
	/** With a file: the only camera of it that is wanted. */
	readonly name?: string | undefined;
	readonly title?: string | undefined;
	readonly relay?: string | undefined;
	readonly pin?: string | undefined;
	readonly key?: Secret | undefined;
	readonly source?: string | undefined;
	readonly preview?: string | undefined;
	readonly cameraPin?: string | undefined;
	readonly alwaysOn?: boolean | undefined;
	readonly minBitrate?: number | undefined;
	readonly noRemoteControls?: boolean | undefined;
	readonly pictures: Partial<Values<typeof pictureOptions>>;
}

/** The cameras of a file, and what else its reader must know. */
export interface Composed {
	readonly cameras: readonly CameraConfig[];
	/** All files that the cameras came from: a change of any of them may change them. */
	readonly files: readonly string[];
	/** What is unwise, for people. */
	readonly warnings: readonly string[];
}

/**
 * Reads the cameras of a file. `check` throws AgentError for what cannot run. Throws UsageError for all that is wrong:
 * either the whole file is good, or nothing of it is used.
 */
export function composeCameras(
	path: string,
	overrides: Overrides,
	check: (camera: CameraConfig) => void = () => undefined,
): Composed {
	const file = parseCameraFile(readText(path), path);
	refuseExposed(file);
	const names = chosen(file, overrides);
	const files = new Set([path]);
	const warnings: string[] = [];
	const cameras = names.map(([name, entry]) => {
		const keyFile = entry['key-file'] === undefined ? undefined : resolve(dirname(path), entry['key-file']);
		if (keyFile !== undefined) files.add(keyFile);
		const exposed = keyFile !== undefined && exposureOf(keyFile);
		if (exposed) warnings.push(exposed);
		const camera = compose(file, name, entry, keyFile, overrides);
		checked(file, camera, check);
		return camera;
	});
	return { cameras, files: [...files], warnings };
}

function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (cause) {
		throw new UsageError(`Cannot read the configuration file ${path}: ${reasonOf(cause)}`, { cause });
	}
}

function refuseExposed({ yaml: { path }, cameras }: CameraFile): void {
	const holds = [...cameras].find(
		([, { key, source, preview }]) => key !== undefined || hasPassword(source) || hasPassword(preview),
	);
	const exposed = holds && exposureOf(path);
	if (!exposed) return;
	const what = holds[1].key === undefined ? 'a password' : 'a key';
	throw new UsageError(`camera ${holds[0]} has ${what} in the file, but ${exposed}`);
}

/** Whether an address names a user: what follows is a password. */
export function hasPassword(source: string | undefined): boolean {
	return source !== undefined && /^[a-z]+:\/\/[^/?#]*@/i.test(source);
}

function chosen({ yaml, cameras }: CameraFile, overrides: Overrides): readonly [string, CameraEntry][] {
	const { name, title, key, source, preview } = overrides;
	const all = [...cameras];
	if (all.length === 0) throw new UsageError(`${yaml.place(['cameras'])}: no camera is listed; expected at least one`);
	const names = all.filter(([one]) => name === undefined || one === name);
	const known = [...cameras.keys()].join(', ');
	if (names.length === 0) throw new UsageError(`${yaml.path}: there is no camera "${name}"; there are ${known}`);
	const single = title !== undefined || key !== undefined || source !== undefined || preview !== undefined;
	if (single && names.length > 1) {
		throw new UsageError(
			`A title, a key or a source given as an option or in the environment is for one camera, but ${yaml.path} has ${known}; say which with --name`,
		);
	}
	return names;
}

function compose(
	{ yaml, relay: common, 'relay-pin': commonPin }: CameraFile,
	name: string,
	entry: CameraEntry,
	keyFile: string | undefined,
	overrides: Overrides,
): CameraConfig {
	const refuse = (words: string, key?: string) => {
		const way = ['cameras', name, ...(key ? [key] : [])];
		return new UsageError(`${yaml.place(way)}: camera ${name}: ${words}`);
	};
	const relay = overrides.relay ?? entry.relay ?? common;
	if (relay === undefined) throw refuse('no relay is named; add "relay: https://cam.example.org"');
	const source = overrides.source ?? entry.source ?? DEFAULT_SOURCE;
	if (source === '-') throw refuse('source: "-" cannot be used; standard input is for the command line only', 'source');
	if (entry.key && keyFile) throw refuse('key and key-file are both given; give only one of them', 'key');
	const key = overrides.key ?? entry.key ?? (keyFile === undefined ? undefined : readKeyFile(keyFile));
	if (!key) throw refuse('no key is given; add "key-file: FILE". "oriel key add NAME" on the relay makes a key');
	const title = overrides.title ?? entry.title;
	const settings = settingsOf(merged(entry, overrides.pictures), source);
	const preview = overrides.preview ?? entry.preview;
	if (preview === '-')
		throw refuse('preview: "-" cannot be used; standard input is for the command line only', 'preview');
	const cameraPin = overrides.cameraPin ?? entry['camera-pin'];
	const alwaysOn = overrides.alwaysOn ?? entry['always-on'] ?? false;
	const minBitrate = overrides.minBitrate ?? entry['min-bitrate'];
	const remoteControls = !(overrides.noRemoteControls ?? entry['no-remote-controls'] ?? false);
	// The common pin belongs to the common relay.
	const pin = overrides.pin ?? entry['relay-pin'] ?? (entry.relay === undefined ? commonPin : undefined);
	return { name, title, relay, pin, key, source, settings, preview, cameraPin, alwaysOn, minBitrate, remoteControls };
}

function merged(entry: CameraEntry, pictures: Overrides['pictures']): CameraEntry {
	const said = Object.entries(pictures).filter(([, value]) => value !== undefined);
	return { ...entry, ...Object.fromEntries(said) };
}

function checked({ yaml }: CameraFile, camera: CameraConfig, check: (camera: CameraConfig) => void): void {
	try {
		check(camera);
	} catch (cause) {
		if (!(cause instanceof AgentError)) throw cause;
		const key = cause.code.endsWith('source') ? ['source'] : [];
		throw new UsageError(`${yaml.place(['cameras', camera.name, ...key])}: camera ${camera.name}: ${cause.message}`, {
			cause,
		});
	}
}
