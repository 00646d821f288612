import type { Readable } from 'node:stream';
import { type Clock, type Log, silentLog } from '@oriel/base';
import { MediaError } from '@oriel/media';
import { MAX_PICTURE_BYTES } from '@oriel/wire';
import type { Wanted } from '../detect/candidates/candidates.ts';
import type { Computer } from '../detect/computer/computer.ts';
import { systemComputer } from '../detect/computer/system-computer.ts';
import { AgentError } from '../errors/agent-error.ts';
import { atMost } from './at-most.ts';
import type { ProgramOpening } from './auto/attempt.ts';
import { autoSource } from './auto/auto-source.ts';
import { ACCEPTED as ACCEPTED_CAMERAS, wantedOf } from './auto/wanted.ts';
import { execCommand } from './exec.ts';
import { fileSource } from './file.ts';
import { httpSource } from './http/http.ts';
import { inputSource } from './input.ts';
import type { PatternOptions } from './pattern-painter.ts';
import type { CaptureSettings } from './program/command.ts';
import { localMachine } from './program/local-machine.ts';
import type { Machine } from './program/machine.ts';
import { programSource } from './program/program.ts';
import type { Source } from './source.ts';
import { testH264Source } from './test-h264.ts';
import { testPatternSource } from './test-pattern.ts';

export interface OpenOptions {
	/** The camera's name; the test pattern shows it and codes it. */
	readonly name: string;
	/** What people call the camera; default: the name. */
	readonly title?: string | undefined;
	/**
	 * Of the test pattern, as `TestPattern` can paint it, default 640x480; of a camera of this machine, default as it suits the
	 * board. Other sources come in the size they come in.
	 */
	readonly size?: { readonly width: number; readonly height: number } | undefined;
	/**
	 * `test`, `test:h264`, `file:`: the rate, default 10. Snapshot URL: how often to ask, default 1. Streams of JPEGs: the
	 * most, default all; those of H.264 come as they come.
	 */
	readonly fps?: number | undefined;
	/** What else the owner chose for a camera of this machine, or one that speaks RTSP. */
	readonly settings?: CaptureSettings | undefined;
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
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

const DEFAULT_SIZE = { width: 640, height: 480 };
const DEFAULT_FPS = 10;
const MAX_FPS = 240;
const ACCEPTED = `${ACCEPTED_CAMERAS}, test, test:h264, -, file:PATH, exec:COMMAND, http://… and https://…`;

/**
 * The source that a SPEC of `--source` names. Nothing is opened yet. Throws AgentError: `bad-source`, `bad-option`.
 */
export function openSource(spec: string, options: OpenOptions): Source {
	checkRate(options.fps);
	const common = { clock: options.clock, maxPictureBytes: options.maxPictureBytes ?? MAX_PICTURE_BYTES };
	if (spec === 'test') return openPattern(testPatternSource, options);
	if (spec === 'test:h264') return openPattern(testH264Source, options);
	if (spec === '-') return thinned(inputSource({ ...common, input: options.input }), options);
	if (/^https?:\/\//i.test(spec)) {
		const snapshotFps = options.fps ?? 1;
		return thinned(httpSource({ ...common, url: urlOf(spec), snapshotFps, random: options.random }), options);
	}
	if (spec.startsWith('file:')) {
		return fileSource({ ...common, path: pathOf(spec), fps: options.fps ?? DEFAULT_FPS });
	}
	if (spec.startsWith('exec:')) {
		const command = execCommand(spec.slice('exec:'.length));
		// Two cameras may well run the same program.
		return thinned(programSource({ ...common, command, camera: `${options.name} ${spec}` }), options);
	}
	const wanted = wantedOf(spec);
	if (wanted) return thinned(cameraSource(wanted, options), options);
	throw refused(spec);
}

function cameraSource(wanted: Wanted, options: OpenOptions): Source {
	const { clock, size, fps, log = silentLog, maxPictureBytes = MAX_PICTURE_BYTES } = options;
	const { computer = systemComputer({ clock }), machine = localMachine() } = options;
	const open = (opening: ProgramOpening) => programSource({ ...opening, maxPictureBytes, clock, machine });
	return autoSource({ wanted, settings: { size, fps, ...options.settings }, computer, open, log, clock });
}

function openPattern(
	open: (options: PatternOptions) => Source,
	{ name, title = name, size = DEFAULT_SIZE, fps = DEFAULT_FPS, clock }: OpenOptions,
): Source {
	try {
		return open({ name, title, ...size, fps, clock });
	} catch (cause) {
		if (!(cause instanceof MediaError)) throw cause;
		throw new AgentError('bad-option', `no test pattern can be made: ${cause.message}`, { cause });
	}
}

function checkRate(fps: number | undefined): void {
	if (fps === undefined || (fps > 0 && fps <= MAX_FPS)) return;
	throw new AgentError(
		'bad-option',
		`${fps} pictures a second cannot be; more than 0, at most ${MAX_FPS} are accepted`,
	);
}

function thinned(source: Source, { fps, clock }: OpenOptions): Source {
	return fps === undefined ? source : atMost(fps, source, clock);
}

function urlOf(spec: string): URL {
	// The value itself stays out of the message: it may hold a password.
	if (!URL.canParse(spec)) throw new AgentError('bad-source', 'the source begins like a web address, but is not one');
	return new URL(spec);
}

function pathOf(spec: string): string {
	const path = spec.slice('file:'.length);
	if (path === '') throw new AgentError('bad-source', 'the source file: names no file; file:PATH is accepted');
	return path;
}

function refused(spec: string): AgentError {
	const shown = spec.replace(/\/\/[^/]*@/, '//***@');
	return new AgentError('bad-source', `the source ${shown} is not known; ${ACCEPTED} are accepted`);
}
