import { type Clock, type Deferred, deferred, type Millis } from '@oriel/base';
import { SourceError } from '../../errors/source-error.ts';
import { within } from '../../timing/within.ts';
import type { Command, ExitStatus } from '../command/command.ts';
import { LiveReader } from '../live-reader.ts';
import type { MediaUnit, Sink } from '../source.ts';
import type { Machine } from './machine.ts';
import { watchMemory } from './memory-watch.ts';
import { PreviewOutput } from './preview-output.ts';
import type { Exit, Process } from './process.ts';
import { StallTimeout } from './stall-timeout.ts';
import { stopProcess } from './stop.ts';
import { Words } from './words.ts';

/** How long the output of a program may go on after it: something that it started may still hold its pipes. */
const LAST_OUTPUT_MS: Millis = 500;

/** Why a run is over: the program's own end, bytes that cannot be read, or a request to stop. */
export type Outcome =
	| { readonly why: 'exit'; readonly exit: ExitStatus }
	| { readonly why: 'unreadable'; readonly failure: unknown }
	| { readonly why: 'request' };

export interface RunOptions {
	readonly command: Command;
	readonly process: Process;
	readonly machine: Machine;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
	readonly sink: Sink;
}

/** One life of a capture program: its pictures, its words, and its end. */
export class ProgramRun {
	readonly #options: RunOptions;
	readonly #words = new Words();
	readonly #reader: LiveReader;
	readonly #preview: PreviewOutput | undefined;
	readonly #stallTimeout: StallTimeout;
	readonly #outcome: Deferred<Outcome> = deferred();
	#pictures = 0;
	#isOver = false;

	constructor(options: RunOptions) {
		this.#options = options;
		const { clock, command, maxPictureBytes, sink } = options;
		this.#reader = new LiveReader({
			from: command.description,
			kind: command.output === 'rdhv' ? 'rdhv' : undefined,
			silenceMs: command.silenceMs,
			maxPictureBytes,
			clock,
			sink: { frame: (frame) => this.#take(frame), advise: (words) => sink.advise(words) },
		});
		this.#preview = this.#readPreview();
		const { firstPictureMs, stallMs } = command;
		this.#stallTimeout = new StallTimeout({
			clock,
			firstPictureMs,
			stallMs,
			isRestartingSensor: () => this.#isRestartingSensor(),
			onTimeout: (how, afterMs) => this.#finish({ why: 'exit', exit: { how, afterMs } }),
		});
	}

	get words(): readonly string[] {
		return this.#words.lines;
	}

	get pictures(): number {
		return this.#pictures;
	}

	/** Reads the program until its end, or until something else ends the run. Then the program has ended, too. */
	async run(): Promise<Outcome> {
		const { clock, machine, process } = this.#options;
		process.stderr.on('data', (chunk: Uint8Array) => this.#words.push(chunk));
		process.stdout.on('data', (chunk: Uint8Array) => this.#read(() => this.#reader.push(chunk)));
		const drained = process.exited.then((exit) => this.#exited(exit));
		const cancel = watchMemory(process.pid, machine, clock, (bytes) =>
			this.#finish({ why: 'exit', exit: { how: 'too-much-memory', bytes } }),
		);
		const outcome = await this.#outcome.promise;
		cancel();
		const hasEnded = await stopProcess(process, clock);
		process.abandon();
		if (!hasEnded) throw stuck(this.#options);
		await drained;
		return outcome;
	}

	/** Ends the run: no picture comes after this. */
	stop(): void {
		this.#finish({ why: 'request' });
	}

	/** One process owns both tracks: the preview ends with the video, and the video goes on without the preview. */
	#readPreview(): PreviewOutput | undefined {
		const { command, process, maxPictureBytes, clock, sink } = this.#options;
		const { preview: pipe } = process;
		if (!pipe) {
			sink.preview(undefined);
			return undefined;
		}
		return new PreviewOutput({ pipe, from: command.description, maxPictureBytes, clock, sink });
	}

	#take(frame: MediaUnit): void {
		if (this.#isOver) return;
		this.#pictures++;
		this.#stallTimeout.onFrame();
		this.#options.sink.frame(frame);
	}

	#read(step: () => void): void {
		if (this.#isOver) return;
		try {
			step();
		} catch (failure) {
			this.#finish({ why: 'unreadable', failure });
		}
	}

	/** What it wrote last is read before its end is judged. */
	async #exited({ code, signal }: Exit): Promise<void> {
		this.#stallTimeout.stop();
		await within(this.#options.process.closed, LAST_OUTPUT_MS, this.#options.clock);
		this.#read(() => this.#reader.end());
		this.#finish({ why: 'exit', exit: { how: 'exited', code, signal } });
	}

	#finish(outcome: Outcome): void {
		this.#isOver = true;
		this.#stallTimeout.stop();
		this.#reader.stop();
		this.#preview?.stop();
		this.#outcome.resolve(outcome);
	}

	#isRestartingSensor(): boolean {
		const exit: ExitStatus = { how: 'stalled', afterMs: 0 };
		const { words, pictures } = this;
		return this.#options.command.diagnose({ exit, words, pictures }).fault === 'sensor-timeout';
	}
}

/** The process goes on, so nothing may be opened beside it. */
function stuck({ command, machine, process }: RunOptions): SourceError {
	const where = machine.isStuck(process.pid) ? 'it hangs in the kernel, waiting for the camera' : 'it does not end';
	const words = `${command.program} (process ${process.pid}) cannot be ended: ${where}; restart the machine`;
	return new SourceError('broken', words, { again: 'later', fault: 'stuck' });
}
