import type { Readable } from 'node:stream';
import { type Clock, type Log, silentLog } from '@oriel/base';
import { MediaError } from '@oriel/media';
import { MAX_PICTURE_BYTES } from '@oriel/wire';
import { atMost } from '../capture/at-most.ts';
import type { ProgramOpening } from '../capture/auto/attempt.ts';
import { autoSource } from '../capture/auto/auto-source.ts';
import type { Keeper } from '../capture/controls/keeper.ts';
import { type Abilities, tellingWhatItCannot } from '../capture/inability.ts';
import type { CaptureSettings } from '../capture/program/command.ts';
import { localMachine } from '../capture/program/local-machine.ts';
import type { Machine } from '../capture/program/machine.ts';
import { programSource } from '../capture/program/program.ts';
import type { Source } from '../capture/source.ts';
import type { Wanted } from '../detect/candidates/candidates.ts';
import type { Computer } from '../detect/computer/computer.ts';
import { systemComputer } from '../detect/computer/system-computer.ts';
import { AgentError } from '../errors/agent-error.ts';
import { readPin } from '../tls/pin.ts';
import { execCommand } from './exec/exec.ts';
import { fileSource } from './file/file.ts';
import { httpSource } from './http/http.ts';
import { readAddress } from './http/http-address.ts';
import { testH264Source } from './pattern/h264-pattern.ts';
import { testPatternSource } from './pattern/jpeg-pattern.ts';
import type { PatternOptions } from './pattern/pattern-painter.ts';
import { inputSource } from './stdin/stdin.ts';
import { ACCEPTED as ACCEPTED_CAMERAS, wantedOf } from './wanted.ts';

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
	/** The only public key that an https camera may have: `sha256/…`; default: one that an authority vouches for. */
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
	/** Keeps what people change on the page, of cameras that can be changed; default: nobody may change anything. */
	readonly keeper?: Keeper | undefined;
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
	const { settings = {} } = options;
	checkRate(settings.fps);
	const wanted = wantedOf(spec);
	if (wanted) return thinned(cameraSource(wanted, options, settings), options, settings);
	return tellingWhatItCannot(open(spec, options, settings), settings, abilitiesOf(spec));
}

function open(spec: string, options: OpenOptions, settings: CaptureSettings): Source {
	const common = { clock: options.clock, maxPictureBytes: options.maxPictureBytes ?? MAX_PICTURE_BYTES };
	if (spec === 'test') return openPattern(testPatternSource, options, settings);
	if (spec === 'test:h264') return openPattern(testH264Source, options, settings);
	if (spec === '-') return thinned(inputSource({ ...common, input: options.input }), options, settings);
	if (/^https?:\/\//i.test(spec)) {
		const snapshotFps = settings.fps ?? 1;
		const pin = options.cameraPin === undefined ? undefined : readPin(options.cameraPin);
		const http = { ...common, address: readAddress(spec), pin, snapshotFps, random: options.random };
		return thinned(httpSource(http), options, settings);
	}
	if (spec.startsWith('file:')) {
		return fileSource({ ...common, path: pathOf(spec), fps: settings.fps ?? DEFAULT_FPS });
	}
	if (spec.startsWith('exec:')) {
		const command = execCommand(spec.slice('exec:'.length));
		return thinned(programSource({ ...common, command }), options, settings);
	}
	throw refused(spec);
}

/** What a source can do of the settings where what it sends is fixed by the pattern, the file or the camera itself. */
function abilitiesOf(spec: string): Abilities {
	if (spec === 'test') return { does: ['size', 'fps'], codec: 'jpeg' };
	if (spec === 'test:h264') return { does: ['size', 'fps'], codec: 'h264' };
	return { does: ['fps'], codec: undefined };
}

/** A camera of this machine, or one that speaks RTSP: what it cannot do of the settings is told when it is found. */
function cameraSource(wanted: Wanted, options: OpenOptions, settings: CaptureSettings): Source {
	const { clock, log = silentLog, maxPictureBytes = MAX_PICTURE_BYTES } = options;
	const { computer = systemComputer({ clock }), machine = localMachine() } = options;
	const open = (opening: ProgramOpening) => programSource({ ...opening, maxPictureBytes, clock, machine });
	return autoSource({ wanted, settings, computer, open, log, clock, keeper: options.keeper });
}

function openPattern(
	open: (options: PatternOptions) => Source,
	{ name, title = name, clock }: OpenOptions,
	{ size = DEFAULT_SIZE, fps = DEFAULT_FPS }: CaptureSettings,
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

function thinned(source: Source, { clock }: OpenOptions, { fps }: CaptureSettings): Source {
	return fps === undefined ? source : atMost(fps, source, clock);
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
