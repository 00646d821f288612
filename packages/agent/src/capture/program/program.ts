import { type Clock, reasonOf, systemCode } from '@oriel/base';
import { SourceError } from '../../errors/source-error.ts';
import type { CaptureSettings, Command, ExitStatus } from '../command/command.ts';
import type { MediaUnit, Sink, Source } from '../source.ts';
import { BitrateLimit } from './bitrate-limit.ts';
import { localMachine } from './local-machine.ts';
import type { CameraUse, Claim, Machine } from './machine.ts';
import type { Process } from './process.ts';
import { ProgramRun } from './run.ts';
import { sourceErrorOf } from './source-error-of.ts';
import { without } from './without.ts';

export interface ProgramSourceOptions {
	/** A function where the program can be told what to make: it then has the capability `bitrate`. */
	readonly command: Command | ((settings: CaptureSettings) => Command);
	/** What the owner wants; default: nothing in particular. */
	readonly settings?: CaptureSettings | undefined;
	/** What only one program can use at a time, e.g. `/dev/video0`; undefined: nothing, the command may run several times. */
	readonly device?: string | undefined;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
	/** Default: this one. */
	readonly machine?: Machine | undefined;
}

/**
 * The pictures of a capture program. The program is started without a shell, ended when the source is stopped, when it
 * brings no pictures in time or grows too large, and never outlives the agent (see `OrphanGuard`).
 */
export function programSource(options: ProgramSourceOptions): Source {
	const source = new ProgramSource(options);
	const { description } = source;
	const run = source.run.bind(source);
	const preview = source.hasPreview ? { preview: { capabilities: [] } } : {};
	if (typeof options.command !== 'function') return { description, capabilities: [], run, ...preview };
	return { description, capabilities: ['bitrate'], run, limit: source.limit.bind(source), ...preview };
}

class ProgramSource {
	readonly description: string;
	readonly #options: ProgramSourceOptions;
	readonly #machine: Machine;
	readonly #limit: BitrateLimit;
	/** Arguments that this version of the program does not know. */
	readonly #unknown: (readonly string[])[] = [];
	#run: ProgramRun | undefined;
	/** A program that could not be ended. */
	#stuck: { readonly error: SourceError; isGone: boolean } | undefined;

	constructor(options: ProgramSourceOptions) {
		this.#options = options;
		this.#machine = options.machine ?? localMachine();
		const { clock, settings = {} } = options;
		this.#limit = new BitrateLimit({ clock, settings, onChange: () => this.#run?.stop() });
		this.description = this.#command().description;
	}

	/** Whether its program writes a preview. */
	get hasPreview(): boolean {
		return this.#command().preview !== undefined;
	}

	limit(bitsPerSecond: number | undefined): void {
		this.#limit.set(bitsPerSecond);
	}

	async run(sink: Sink, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		if (this.#stuck && !this.#stuck.isGone) throw this.#stuck.error;
		const claim = await this.#machine.claim(this.#use(), this.#options.clock);
		try {
			while (!signal.aborted) await this.#runOnce(sink, signal, claim);
		} catch (failure) {
			if (!signal.aborted) throw failure;
			// The caller that stops it does not need to hear of faults, but of a process that stays behind.
			if (this.#stuck) sink.advise(this.#stuck.error.message);
		} finally {
			// A camera that a stuck program holds is not free.
			if (!this.#stuck || this.#stuck.isGone) claim.release();
		}
	}

	#use(): CameraUse {
		const { device } = this.#options;
		if (device !== undefined) return { name: device, isExclusive: true };
		const { program, arguments: args } = this.#command();
		return { name: JSON.stringify([program, ...args]), isExclusive: false };
	}

	/** Returns if the program is to be started again at once. */
	async #runOnce(sink: Sink, signal: AbortSignal, claim: Claim): Promise<void> {
		const command = this.#command();
		const process = await this.#start(command);
		if (!process) throw sourceErrorOf(command.diagnose({ exit: MISSING, words: [], pictures: 0 }), MISSING);
		claim.holds(process.pid);
		const { clock, maxPictureBytes } = this.#options;
		const counted = { ...sinkOf(sink), frame: (frame: MediaUnit) => this.#take(frame, sink) };
		const run = new ProgramRun({ command, process, machine: this.#machine, maxPictureBytes, clock, sink: counted });
		const stop = () => run.stop();
		signal.addEventListener('abort', stop);
		if (signal.aborted) stop();
		this.#run = run;
		this.#limit.onStart();
		try {
			const outcome = await run.run();
			if (outcome.why === 'unreadable') throw outcome.failure;
			if (outcome.why === 'exit') this.#ended(command, outcome.exit, run, sink);
		} catch (failure) {
			this.#noteStuck(failure, process, claim);
			throw failure;
		} finally {
			this.#limit.onEnd();
			this.#run = undefined;
			signal.removeEventListener('abort', stop);
		}
	}

	async #start({ program, arguments: args, environment = {}, preview }: Command): Promise<Process | undefined> {
		const path = this.#machine.find(program);
		if (path === undefined) return undefined;
		try {
			return await this.#machine.start(path, args, { environment, hasPreview: preview !== undefined });
		} catch (cause) {
			if (systemCode(cause) === 'ENOENT') return undefined;
			throw new SourceError('broken', `cannot start ${path}: ${reasonOf(cause)}`, { again: 'soon', cause });
		}
	}

	#take(frame: MediaUnit, sink: Sink): void {
		this.#limit.onFrame(frame);
		sink.frame(frame);
	}

	/** Throws what it means, unless trying again with fewer arguments may help. */
	#ended(command: Command, exit: ExitStatus, { words, pictures }: ProgramRun, sink: Sink): void {
		const diagnosis = command.diagnose({ exit, words, pictures });
		const unknown = diagnosis.without ?? [];
		if (without(command.arguments, unknown).length === command.arguments.length) throw sourceErrorOf(diagnosis, exit);
		this.#unknown.push(unknown);
		if (command.preview && !this.hasPreview)
			sink.advise(`${command.description} makes no preview: ${diagnosis.message}`);
	}

	#noteStuck(failure: unknown, process: Process, claim: Claim): void {
		if (!(failure instanceof SourceError) || failure.fault !== 'stuck') return;
		const stuck = { error: failure, isGone: false };
		void process.exited.then(() => {
			stuck.isGone = true;
			claim.release();
		});
		this.#stuck = stuck;
	}

	#command(): Command {
		const { command: given } = this.#options;
		const command = typeof given === 'function' ? given(this.#limit.settings) : given;
		const args = this.#unknown.reduce(without, command.arguments);
		return { ...command, arguments: args, preview: includesAll(args, command.preview) ? command.preview : undefined };
	}
}

/** Whether nothing of what makes a preview was left out. */
function includesAll(args: readonly string[], some: readonly string[] | undefined): boolean {
	return some !== undefined && without(args, some).length === args.length - some.length;
}

const MISSING: ExitStatus = { how: 'missing' };

function sinkOf(sink: Sink): Sink {
	return {
		frame: sink.frame.bind(sink),
		poster: sink.poster.bind(sink),
		preview: sink.preview.bind(sink),
		advise: sink.advise.bind(sink),
	};
}
