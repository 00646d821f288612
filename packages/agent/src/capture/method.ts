import type { Readable } from 'node:stream';
import type { Clock } from '@oriel/base';
import type { CameraControl } from '@oriel/protocol';
import type { Computer } from '../detect/computer/computer.ts';
import type { DetectContext } from '../detect/context.ts';
import type { Holder } from '../detect/facts/holders.ts';
import type { Finding } from '../detect/findings/finding.ts';
import type { Board } from '../detect/outputs/board.ts';
import type { Target } from '../detect/target.ts';
import type { CaptureSettings, Command, Diagnosis, Evidence } from './command/command.ts';
import type { Abilities } from './inability.ts';
import type { Source } from './source.ts';

/**
 * One type of camera, or of another source: everything that Oriel knows about it. Adding one is a folder in `sources`
 * and a line in `sources/list`.
 */
export type CaptureMethod = CameraMethod | StreamMethod;

/** A type of camera that is found by looking at the machine, and read by a program. */
export interface CameraMethod<Input = unknown> {
	/** E.g. `rpicam`; no other method has it. */
	readonly name: string;
	/** SPECs of `--source` that it reads, for people, e.g. `csi:N`. */
	readonly specs: readonly string[];
	/** The camera that a SPEC names; undefined: it is not for this method. Throws AgentError `bad-source`. */
	target?(spec: string): Target | undefined;
	/** Finds its cameras. Never rejects. */
	detect(context: DetectContext): Promise<Detection<Input>>;
	/** The command line for a camera. Throws AgentError `bad-option` for a setting that it cannot follow. Pure. */
	command(camera: Camera<Input>, settings: CaptureSettings): CommandLine;
	/** What it means that the program ended, or brings no frames. `args`: what it was given. Pure. */
	diagnose(evidence: Evidence, camera: Camera<Input>, args: readonly string[]): Diagnosis;
	/** Which programs have a camera open; absent: it cannot be told. */
	holders?(camera: Camera<Input>, computer: Computer): Promise<readonly Holder[]>;
	/** Absent: settings are changed by starting the program again. */
	readonly driver?: DriverSupport<Input>;
}

/** A source that its SPEC alone tells everything about: nothing has to be found. */
export interface StreamMethod {
	readonly name: string;
	readonly specs: readonly string[];
	/** Undefined: the SPEC is not for this method. Nothing is opened yet. Throws AgentError: `bad-source`, `bad-option`. */
	open(spec: string, options: StreamOptions): Source | undefined;
	/** What of the settings it makes true. */
	abilities(spec: string): Abilities;
	/** What its owner should know of the camera that the SPEC names, before it is opened. */
	findings?(spec: string): readonly Finding[];
}

export function isCameraMethod(method: CaptureMethod): method is CameraMethod {
	return 'detect' in method;
}

export interface StreamOptions {
	/** The camera's name. */
	readonly name: string;
	/** What people call the camera. */
	readonly title: string;
	readonly settings: CaptureSettings;
	/** The only public key that a camera with TLS may have. */
	readonly cameraPin: string | undefined;
	readonly maxPictureBytes: number;
	/** Where the frames of `-` come from. */
	readonly input: Readable;
	readonly clock: Clock;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

export type CommandLine = Omit<Command, 'diagnose'>;

/** What a command line is made of. */
export interface Camera<Input = unknown> {
	/** What the camera is called, for people, e.g. `imx708`. */
	readonly label: string;
	readonly board: Board;
	/** This machine takes its time until the first frame. */
	readonly slow: boolean;
	/** What the method alone understands: the program, the device, the format. */
	readonly input: Input;
}

/** One way to get frames from a camera, as a method finds it. */
export interface Found<Input = unknown> {
	/** The higher, the better: see `sources/scores`. */
	readonly score: number;
	/** Why it has its score, in plain words. */
	readonly reason: string;
	readonly label: string;
	/** Which camera it is. Candidates with the same one are of the same camera. It stays over restarts. */
	readonly camera: string;
	/** Names of targets that mean this camera, e.g. `csi:0`. */
	readonly names: readonly string[];
	readonly codec: 'jpeg' | 'h264';
	readonly input: Input;
	/** Why the camera gives no other codec, where that can be changed: `NAME gives JPEG only: …`. */
	readonly onlyCodec?: string | undefined;
	/** What the owner should know though frames come. */
	readonly advice?: string | undefined;
}

/** A way to get frames from a camera, and how good it is. */
export interface Candidate<Input = unknown> extends Found<Input>, Camera<Input> {
	readonly label: string;
	readonly input: Input;
	readonly method: CameraMethod<Input>;
}

/** A name and what there is to say of it; or a line of its own. */
export type ReportRow = readonly [name: string, words: string] | readonly [words: string];

/** What a method found. */
export interface Detection<Input = unknown> {
	readonly candidates: readonly Found<Input>[];
	/** What the owner should know. `canCapture`: some camera, of any type, can be tried. */
	findings?(canCapture: boolean): readonly Finding[];
	/** Why the camera that was named is not among the candidates, in words. */
	readonly absence?: string | undefined;
	/** For `oriel doctor`: programs that it needs, and cameras that are there, of use or not. */
	readonly programs?: readonly ReportRow[];
	readonly cameras?: readonly ReportRow[];
	/** For `oriel doctor --json`. Holds no password. */
	readonly facts?: Readonly<Record<string, unknown>>;
}

/** Settings that a camera takes while its program runs. */
export interface DriverSupport<Input = unknown> {
	/** Undefined: this camera has none. */
	open(camera: Camera<Input>, own: CaptureSettings, computer: Computer): DriverSettings | undefined;
	/** Everything that can be changed is changed at the driver: the program is never started again for a setting. */
	readonly isComplete: boolean;
}

/** The settings of one camera at its driver. */
export interface DriverSettings {
	/** As they were read last. */
	readonly controls: CameraControl[];
	/** Reads them again. False: the driver does not answer. */
	read(): Promise<boolean>;
	/** Sets one. Gives why it could not be set, in words. */
	set(name: string, value: number): Promise<string | undefined>;
}

/** The command line of a candidate, and how its program's end is to be understood. Throws AgentError `bad-option`. */
export function commandOf(candidate: Candidate, settings: CaptureSettings): Command {
	const { method } = candidate;
	const line = method.command(candidate, settings);
	return { ...line, diagnose: (evidence) => method.diagnose(evidence, candidate, line.arguments) };
}
