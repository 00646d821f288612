import { type Clock, type Fields, type Log, silentLog } from '@oriel/base';
import { type DetectedCameras, detectCameras } from '../capture/auto/detect-cameras.ts';
import { findingsOf } from '../capture/auto/findings.ts';
import { type CaptureMethod, isCameraMethod } from '../capture/method.ts';
import type { Computer } from '../detect/computer/computer.ts';
import { abortable, type Probe, recorded } from '../detect/computer/recorded.ts';
import { type Finding, onOneLine } from '../detect/findings/finding.ts';
import { type Health, readHealth } from '../detect/health/health.ts';
import { CAPTURE_METHODS } from '../sources/list.ts';
import { AUTO, type OpenOptions, openSource, targetOf } from '../sources/open.ts';
import { type Trial, trySource } from './trial.ts';

export interface ExaminationOptions {
	/** SPEC of `--source`. */
	readonly source: string;
	/** What the owner chose about its pictures. */
	readonly settings?: OpenOptions['settings'];
	/** The only public key that a camera with TLS may have. */
	readonly cameraPin?: OpenOptions['cameraPin'];
	readonly computer: Computer;
	/** Where the programs run; default: this machine. */
	readonly machine?: OpenOptions['machine'];
	/** The types of cameras and sources that there are; default: all that Oriel knows. */
	readonly methods?: readonly CaptureMethod[] | undefined;
	readonly input: OpenOptions['input'];
	readonly clock: Clock;
	/** Uniform in [0, 1). */
	readonly random: () => number;
	readonly signal: AbortSignal;
}

/** What was found out about a machine and a source. Holds no picture and no password. */
export interface Examination {
	/** Whether pictures came. */
	readonly isWell: boolean;
	/** What to say, on one line: what was seen, and one thing to do if anything is to be done. */
	readonly verdict: string;
	/** What the source is. */
	readonly source: string;
	readonly detected: DetectedCameras;
	readonly health: Health;
	readonly findings: readonly Finding[];
	/** The ways that were tried, with the reason for each. */
	readonly tried: readonly string[];
	readonly trial: Trial;
	/** Everything that programs were asked, and what they answered. */
	readonly probes: readonly Probe[];
}

/** Looks at everything, then tries the source for three seconds. Throws AgentError for a source that cannot be. */
export async function examine(options: ExaminationOptions): Promise<Examination> {
	const { clock, signal } = options;
	const { computer, probes } = recorded(abortable(options.computer, signal));
	const tried: string[] = [];
	const { methods = CAPTURE_METHODS } = options;
	const source = openSource(options.source, { ...options, name: 'doctor', computer, log: logInto(tried) });
	const target = targetOf(options.source, methods);
	const detected = await detectCameras(computer, methods, { target, isThorough: true });
	const health = await readHealth(computer);
	const trial = await trySource(source, clock, signal);
	const isWell = trial.stream !== undefined;
	// What is not at this machine is not missing here.
	const isElsewhere = options.source !== AUTO && target === undefined;
	const ofSource = methods.flatMap((method) =>
		isCameraMethod(method) ? [] : (method.findings?.(options.source) ?? []),
	);
	const canCapture = isWell || isElsewhere || detected.candidates.length > 0;
	const findings = findingsOf(detected, canCapture, { health, ofSource });
	const verdict = verdictOf(trial, findings);
	return { isWell, verdict, source: source.description, detected, health, findings, tried, trial, probes };
}

/** Notes which ways were tried. */
function logInto(tried: string[]): Log {
	const note = (words: string, { reason }: Fields = {}) => {
		tried.push(reason === undefined ? words : `${words}: ${reason}`);
	};
	return { ...silentLog, info: note, warn: note };
}

function verdictOf({ stream, failure }: Trial, findings: readonly Finding[]): string {
	const [first] = findings;
	if (!stream) return failure ?? (first ? onOneLine(first) : 'No picture came.');
	if (failure !== undefined) return `Pictures came, then stopped: ${failure}`;
	return first ? `Pictures come. ${onOneLine(first)}` : 'Pictures come. All is well.';
}
