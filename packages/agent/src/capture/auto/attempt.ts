import type { Computer } from '../../detect/computer/computer.ts';
import { onOneLine } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { SourceError } from '../../errors/source-error.ts';
import type { CaptureSettings, Command, Diagnosis } from '../command/command.ts';
import type { Candidate } from '../method.ts';
import type { MediaUnit, Sink, Source } from '../source.ts';
import { limitable } from './limitable.ts';

/** A program to be run as a source. */
export interface ProgramOpening {
	/** Its command line; a function where it can be told to send less. */
	readonly command: Command | ((settings: CaptureSettings) => Command);
	/** What it is to be started with. */
	readonly settings: CaptureSettings;
	/** What only one program can use at a time, e.g. `/dev/video0`; undefined for a camera on the network. */
	readonly device: string | undefined;
}

export type OpenProgram = (opening: ProgramOpening) => Source;

/** Faults of the camera itself: no other program would get more out of it. */
const OF_THE_CAMERA: ReadonlySet<string> = new Set([
	'busy',
	'permission',
	'no-camera',
	'bad-index',
	'sensor-timeout',
	'unplugged',
	'not-a-camera',
	'unsupported-platform',
	'legacy-stack',
	'usb-bandwidth',
	'stuck',
]);

/** How trying a way to a camera came out. */
export interface Outcome {
	readonly pictures: number;
	/** Undefined: it was stopped. */
	readonly failure: SourceError | undefined;
	/** Whether other ways to the same camera need not be tried. */
	readonly isOfTheCamera: boolean;
}

export interface Attempting {
	readonly settings: CaptureSettings;
	readonly computer: Computer;
	readonly open: OpenProgram;
	readonly sink: Sink;
	readonly signal: AbortSignal;
	/** Called with the source that runs now. */
	readonly running: (source: Source | undefined) => void;
}

/** Runs one way to a camera until it ends. */
export async function attempt(candidate: Candidate, attempting: Attempting): Promise<Outcome> {
	const { settings, open, sink, signal, running } = attempting;
	const seen: { pictures: number; diagnosis: Diagnosis | undefined } = { pictures: 0, diagnosis: undefined };
	const noted = (made: Command): Command => {
		return { ...made, diagnose: (evidence) => (seen.diagnosis = made.diagnose(evidence)) };
	};
	try {
		const { command: made, settings: own } = limitable(candidate, settings);
		const command = typeof made === 'function' ? (wanted: CaptureSettings) => noted(made(wanted)) : noted(made);
		const source = open({ command, settings: own, device: candidate.camera });
		running(source);
		const frame = (picture: MediaUnit) => {
			seen.pictures++;
			sink.frame(picture);
		};
		const rest = { poster: sink.poster.bind(sink), preview: sink.preview.bind(sink), advise: sink.advise.bind(sink) };
		await source.run({ frame, ...rest }, signal);
		return { pictures: seen.pictures, failure: undefined, isOfTheCamera: false };
	} catch (thrown) {
		const failure = await explained(thrown, candidate, seen.diagnosis, attempting.computer);
		const fault = seen.diagnosis?.fault ?? failure.fault ?? failure.code;
		const isOfTheCamera = OF_THE_CAMERA.has(fault);
		return { pictures: seen.pictures, failure, isOfTheCamera };
	} finally {
		running(undefined);
	}
}

async function explained(
	thrown: unknown,
	candidate: Candidate,
	diagnosis: Diagnosis | undefined,
	computer: Computer,
): Promise<SourceError> {
	if (thrown instanceof AgentError) {
		return new SourceError('not-found', `${candidate.label}: ${thrown.message}`, { again: 'later', cause: thrown });
	}
	if (!(thrown instanceof SourceError)) throw thrown;
	if (diagnosis?.fault !== 'busy') return thrown;
	const holders = (await candidate.method.holders?.(candidate, computer)) ?? [];
	if (holders.length === 0) return thrown;
	const { again, fault, waitMs } = thrown;
	return new SourceError(thrown.code, onOneLine(MESSAGES.busy(holders)), { again, fault, waitMs, cause: thrown });
}
