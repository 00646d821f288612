import { join } from 'node:path';
import {
	AgentError,
	type AgentPlatform,
	FORGET_SETTINGS,
	openSource,
	type Source,
	settingsFile,
	startAgent,
	systemComputer,
} from '@oriel/agent';
import { type Cancel, type Log, reasonOf } from '@oriel/base';
import { VERSION } from '../platform/installation.ts';
import type { CameraConfig } from './camera-config.ts';
import { composeCameras, type Overrides } from './compose.ts';
import { Fleet, type Running } from './fleet.ts';
import { type FileWatcher, watchFiles } from './watch-files.ts';

/** What every camera of this machine is run with. */
export interface CameraPlatform extends Omit<AgentPlatform, 'signal'> {
	/** Another folder in place of `/` to look for cameras in: so tests show this machine as a Pi. */
	readonly machineRoot?: string | undefined;
	/** Where it is kept what owners change on the page; undefined: it does not outlast the process. */
	readonly controlsDirectory?: string | undefined;
}

export interface KeepOptions extends CameraPlatform {
	/** The file of the cameras. */
	readonly path: string;
	readonly overrides: Overrides;
	/** Default: the system's. */
	readonly fileWatcher?: FileWatcher;
	/** Default: a real agent. */
	readonly start?: (camera: CameraConfig) => Running;
}

/** Cameras that follow their file. */
export interface KeptCameras extends AsyncDisposable {
	/** As they were last read. */
	readonly names: readonly string[];
	readonly isAlive: boolean;
	/** Rejects when every camera has ended on its own; resolves after it was disposed of. */
	readonly closed: Promise<void>;
}

/**
 * Runs the cameras of a file and follows its changes: only what changed is restarted, and a broken file is reported and
 * changes nothing. Throws UsageError if the file is broken at the start.
 */
export function keepCameras(options: KeepOptions): KeptCameras {
	const { path, overrides, clock, log, start = (camera) => startCamera(camera, options) } = options;
	const check = (camera: CameraConfig) => void sourceOf(camera, options);
	let now = composeCameras(path, overrides, check);
	warn(log, now.warnings, []);
	const fleet = new Fleet({ start, log });
	fleet.apply(now.cameras);
	const changed = () => {
		try {
			const next = composeCameras(path, overrides, check);
			warn(log, next.warnings, now.warnings);
			now = next;
			fleet.apply(now.cameras);
			log.info('the configuration was read again', { file: path, cameras: now.cameras.length });
		} catch (failure) {
			log.error('the changed configuration cannot be used; the old one goes on', { reason: reasonOf(failure) });
		}
	};
	const { fileWatcher } = options;
	const stop: Cancel = watchFiles({ files: () => now.files, changed, clock, ...(fileWatcher ? { fileWatcher } : {}) });
	return {
		get names() {
			return now.cameras.map(({ name }) => name);
		},
		get isAlive() {
			return fleet.isAlive;
		},
		closed: fleet.closed,
		async [Symbol.asyncDispose]() {
			stop();
			await fleet.close();
		},
	};
}

function warn(log: Log, warnings: readonly string[], said: readonly string[]): void {
	for (const words of warnings) if (!said.includes(words)) log.warn(words);
}

/** In place of the SPEC of another source: the camera's own source makes the preview, if it can. */
const PREVIEW_AUTO = 'auto';
const PREVIEW_OFF = 'off';

/** Starts one camera. Throws AgentError for what cannot be. */
export function startCamera(camera: CameraConfig, platform: CameraPlatform) {
	const { name, title, relay, pin, key, alwaysOn, minBitrate } = camera;
	const here = { version: VERSION, ...platform, log: platform.log.with({ camera: name }) };
	const sources = { source: sourceOf(camera, here), preview: previewOf(camera, here) };
	return startAgent({ relay, pin, name, title, key, ...sources, alwaysOn, minBitrate }, here);
}

/** The source of a camera, not opened yet. Throws AgentError for what cannot be. */
export function sourceOf(
	camera: Pick<CameraConfig, 'name' | 'title' | 'source' | 'settings' | 'preview' | 'cameraPin'> & {
		readonly remoteControls?: boolean;
	},
	{ clock, log, random, machineRoot, controlsDirectory }: CameraPlatform,
) {
	const { name, title, source, preview = PREVIEW_AUTO, cameraPin, remoteControls = false } = camera;
	const settings = { ...camera.settings, preview: preview === PREVIEW_AUTO };
	const file = controlsDirectory === undefined ? undefined : join(controlsDirectory, `${name}.json`);
	const kept = file === undefined ? FORGET_SETTINGS : settingsFile(file, (words) => log.warn(words));
	const settingsStore = remoteControls ? kept : undefined;
	const computer = systemComputer({ clock, root: machineRoot });
	const platform = { input: process.stdin, clock, log, random, computer, settingsStore };
	return openSource(source, { name, title, settings, cameraPin, ...platform });
}

/**
 * The other source of a camera's preview, not opened yet; undefined: it has none, or its own source makes it. It is taken as
 * it is: nothing of the camera's settings is meant for it. Throws AgentError for what cannot be.
 */
export function previewOf(
	camera: Pick<CameraConfig, 'name' | 'title' | 'preview' | 'cameraPin'>,
	{ clock, log, random, machineRoot }: CameraPlatform,
): Source | undefined {
	const { name, title, preview = PREVIEW_AUTO, cameraPin } = camera;
	if (preview === PREVIEW_AUTO || preview === PREVIEW_OFF) return undefined;
	const computer = systemComputer({ clock, root: machineRoot });
	const previewLog = log.with({ track: 'preview' });
	const platform = { input: process.stdin, clock, log: previewLog, random, computer };
	try {
		return openSource(preview, { name, title, cameraPin, ...platform });
	} catch (cause) {
		if (!(cause instanceof AgentError)) throw cause;
		throw new AgentError(cause.code, `preview: ${cause.message}; "off" makes none`, { cause });
	}
}
