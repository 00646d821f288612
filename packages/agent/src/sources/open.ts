import type { Readable } from 'node:stream';
import { type Clock, type Log, silentLog } from '@oriel/base';
import { MAX_PICTURE_BYTES } from '@oriel/protocol';
import { thinned } from '../capture/at-most.ts';
import type { ProgramOpening } from '../capture/auto/attempt.ts';
import { autoSource } from '../capture/auto/auto-source.ts';
import type { CaptureSettings } from '../capture/command/command.ts';
import type { SettingsStore } from '../capture/controls/settings-store.ts';
import { tellingWhatItCannot } from '../capture/inability.ts';
import { type CaptureMethod, isCameraMethod, type StreamOptions } from '../capture/method.ts';
import { localMachine } from '../capture/program/local-machine.ts';
import type { Machine } from '../capture/program/machine.ts';
import { programSource } from '../capture/program/program.ts';
import type { Source } from '../capture/source.ts';
import type { Computer } from '../detect/computer/computer.ts';
import { systemComputer } from '../detect/computer/system-computer.ts';
import type { Target } from '../detect/target.ts';
import { AgentError } from '../errors/agent-error.ts';
import { CAPTURE_METHODS } from './list.ts';

export interface OpenOptions {
	/** The camera's name; the test pattern shows it and codes it. */
	readonly name: string;
	/** What people call the camera; default: the name. */
	readonly title?: string | undefined;
	/**
	 * What the owner chose. A source that cannot do something of it says so as advice when it runs. `size` of the test
	 * pattern: as `TestPattern` can paint it, default 640x480. `fps` of `test`, `test:h264`, `file:`: the rate, default 10;
	 * of a snapshot URL: how often to ask, default 1; of streams of JPEGs: the most, default all.
	 */
	readonly settings?: CaptureSettings | undefined;
	/** The only public key that a camera with TLS may have: `sha256/…`; default: one that an authority vouches for. */
	readonly cameraPin?: string | undefined;
	/** Longest picture that is let through; default: the most that the protocol carries. */
	readonly maxPictureBytes?: number | undefined;
	/** Where the pictures of `-` come from. */
	readonly input: Readable;
	readonly clock: Clock;
	/** Where it is said which camera is tried, and why; default: nowhere. */
	readonly log?: Log | undefined;
	/** Where cameras are looked for; default: this one. */
	readonly computer?: Computer | undefined;
	/** Where their programs run; default: this one. */
	readonly machine?: Machine | undefined;
	/** Keeps what people change on the page, of cameras that can be changed; default: nothing can be changed. */
	readonly settingsStore?: SettingsStore | undefined;
	/** The types of cameras and sources that there are; default: all that Oriel knows. */
	readonly methods?: readonly CaptureMethod[] | undefined;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

/** The SPEC of the best camera of this machine. */
export const AUTO = 'auto';
const MAX_FPS = 240;

/**
 * The source that a SPEC of `--source` names. Nothing is opened yet. Throws AgentError: `bad-source`, `bad-option`.
 */
export function openSource(spec: string, options: OpenOptions): Source {
	const { settings = {}, methods = CAPTURE_METHODS } = options;
	checkRate(settings.fps);
	const target = targetOf(spec, methods);
	if (spec === AUTO || target) return thinned(cameraSource(target, options), { ...options, settings });
	return openStream(spec, methods, streamOptions(options)) ?? refuseSpec(spec, methods);
}

/** The camera that a SPEC names; undefined: none in particular, or it is no camera that has to be found. */
export function targetOf(spec: string, methods: readonly CaptureMethod[] = CAPTURE_METHODS): Target | undefined {
	for (const method of methods.filter(isCameraMethod)) {
		const target = method.target?.(spec);
		if (target) return target;
	}
	return undefined;
}

/** What a camera cannot do of the settings is told when it is found. */
function cameraSource(target: Target | undefined, options: OpenOptions): Source {
	const {
		clock,
		log = silentLog,
		settings = {},
		methods = CAPTURE_METHODS,
		maxPictureBytes = MAX_PICTURE_BYTES,
	} = options;
	const { computer = systemComputer({ clock }), machine = localMachine() } = options;
	const open = (opening: ProgramOpening) => programSource({ ...opening, maxPictureBytes, clock, machine });
	return autoSource({ target, methods, settings, computer, open, log, clock, settingsStore: options.settingsStore });
}

/** What is sent is fixed by the pattern, the file or the camera itself, so what it cannot do is known now. */
function openStream(spec: string, methods: readonly CaptureMethod[], options: StreamOptions): Source | undefined {
	for (const method of methods) {
		const source = isCameraMethod(method) ? undefined : method.open(spec, options);
		if (source && !isCameraMethod(method)) {
			return tellingWhatItCannot(source, options.settings, method.abilities(spec));
		}
	}
	return undefined;
}

function streamOptions({
	name,
	title = name,
	settings = {},
	cameraPin,
	input,
	clock,
	random,
	...rest
}: OpenOptions): StreamOptions {
	const { maxPictureBytes = MAX_PICTURE_BYTES } = rest;
	return { name, title, settings, cameraPin, maxPictureBytes, input, clock, random };
}

function checkRate(fps: number | undefined): void {
	if (fps === undefined || (fps > 0 && fps <= MAX_FPS)) return;
	throw new AgentError(
		'bad-option',
		`${fps} frames a second is not possible; expected more than 0, at most ${MAX_FPS}`,
	);
}

function refuseSpec(spec: string, methods: readonly CaptureMethod[]): never {
	const shown = spec.replace(/\/\/[^/]*@/, '//***@');
	const accepted = [AUTO, ...methods.flatMap(({ specs }) => specs)];
	const list = `${accepted.slice(0, -1).join(', ')} or ${accepted.at(-1)}`;
	throw new AgentError('bad-source', `the source ${shown} is not known; expected ${list}`);
}
