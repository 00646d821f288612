import { PassThrough } from 'node:stream';
import { deferred } from '@oriel/base';
import type {
	CameraUse,
	Claim,
	Machine,
	MachineStart,
} from '../../../../packages/agent/src/capture/program/machine.ts';
import type { Exit, Process } from '../../../../packages/agent/src/capture/program/process.ts';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** A program that does what the test says. */
export class FakeProcess implements Process {
	readonly pid: number;
	readonly path: string;
	readonly args: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly stdout: PassThrough = new PassThrough();
	readonly stderr: PassThrough = new PassThrough();
	readonly preview: PassThrough | undefined;
	/** The signals that it got. */
	readonly signals: Signal[] = [];
	/** The first signal that ends it; undefined: none does. */
	obeys: Signal | undefined = 'SIGINT';
	bytes = 50_000_000;
	isRunning = true;
	isAbandoned = false;
	readonly #exited = deferred<Exit>();

	constructor(pid: number, path: string, args: readonly string[], { environment, hasPreview }: MachineStart) {
		this.pid = pid;
		this.path = path;
		this.args = args;
		this.environment = environment;
		this.preview = hasPreview ? new PassThrough() : undefined;
	}

	get exited(): Promise<Exit> {
		return this.#exited.promise;
	}

	get closed(): Promise<unknown> {
		return this.exited.then(async () => {
			while (!this.isAbandoned && this.stdout.readableLength > 0) await new Promise((resolve) => setImmediate(resolve));
		});
	}

	kill(signal: Signal): void {
		this.signals.push(signal);
		if (signal === this.obeys) this.exit({ code: undefined, signal });
	}

	abandon(): void {
		this.isAbandoned = true;
		this.stdout.destroy();
		this.stderr.destroy();
		this.preview?.destroy();
	}

	exit(exit: Partial<Exit> = { code: 0 }): void {
		this.isRunning = false;
		this.stdout.end();
		this.stderr.end();
		this.preview?.end();
		this.#exited.resolve({ code: undefined, signal: undefined, ...exit });
	}

	/** Writes lines to standard error. */
	say(...lines: string[]): void {
		for (const line of lines) this.stderr.write(`${line}\n`);
	}
}

/** A machine whose programs are in the hands of the test. */
export class FakeMachine implements Machine {
	readonly memory = 1_000_000_000;
	readonly processes: FakeProcess[] = [];
	/** Cameras that are claimed now. */
	readonly claimed = new Set<string>();
	#claims = 0;
	/** What to do with each program as it is started. */
	started: (process: FakeProcess) => void = () => undefined;
	missing: readonly string[] = [];

	get newest(): FakeProcess {
		const process = this.processes.at(-1);
		if (!process) throw new Error('No program has been started');
		return process;
	}

	get running(): number {
		return this.processes.filter(({ isRunning }) => isRunning).length;
	}

	find(program: string): string | undefined {
		return this.missing.includes(program) ? undefined : `/usr/bin/${program}`;
	}

	async start(path: string, args: readonly string[], options: MachineStart): Promise<Process> {
		const process = new FakeProcess(1000 + this.processes.length, path, args, options);
		this.processes.push(process);
		this.started(process);
		return process;
	}

	memoryOf(pid: number): number | undefined {
		return this.processes.find((process) => process.pid === pid)?.bytes;
	}

	isStuck(pid: number): boolean {
		return this.processes.some((process) => process.pid === pid && process.obeys === undefined);
	}

	async claim({ name, isExclusive }: CameraUse): Promise<Claim> {
		if (isExclusive && this.claimed.has(name)) throw new Error(`${name} is claimed twice`);
		const claimed = isExclusive ? name : `${name}, claim ${++this.#claims}`;
		this.claimed.add(claimed);
		return { holds: () => undefined, release: () => void this.claimed.delete(claimed) };
	}
}
