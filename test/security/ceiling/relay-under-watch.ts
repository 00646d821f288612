import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '@oriel/testing/program';
import { until } from '@oriel/testing/until';

interface Started {
	readonly port: number;
	readonly keys: Readonly<Record<string, string>>;
	/** Two viewers' tokens. */
	readonly tokens: readonly [string, string];
}

/** A relay in a process of its own, and what the kernel says of its memory. */
export class RelayUnderWatch implements AsyncDisposable {
	readonly started: Started;
	readonly #program: Program;
	readonly #data: string;

	private constructor(program: Program, data: string, started: Started) {
		this.#program = program;
		this.#data = data;
		this.started = started;
	}

	static async start(config: object): Promise<RelayUnderWatch> {
		const data = mkdtempSync(join(tmpdir(), 'oriel-ceiling-'));
		const whole = { host: '127.0.0.1', port: 0, ...config, data };
		const args = ['--expose-gc', 'test/security/ceiling/relay.mjs', JSON.stringify(whole)];
		const program = new Program(process.execPath, args);
		const [line = ''] = await program.said(/^.*\n/, 60_000);
		return new RelayUnderWatch(program, data, JSON.parse(line));
	}

	/** Most memory that it has had in use at any time, and what it has now, in bytes. */
	get memory(): { readonly peak: number; readonly now: number } {
		const status = readFileSync(`/proc/${this.#program.pid}/status`, 'utf8');
		const bytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
		return { peak: bytes('VmHWM'), now: bytes('VmRSS') };
	}

	/** What V8 and its buffers hold after a collection. */
	async held(): Promise<NodeJS.MemoryUsage> {
		const lines = this.#program.stdout.split('\n').length;
		this.#program.stdin.write('\n');
		await until('the relay to tell of its memory', () => this.#program.stdout.split('\n').length > lines);
		return JSON.parse(this.#program.stdout.split('\n').at(-2) ?? '');
	}

	/** The value of a metric for each of its pools. */
	async pools(name = 'oriel_memory_held_bytes'): Promise<Record<string, number>> {
		const response = await fetch(`http://127.0.0.1:${this.started.port}/metrics`, { headers: this.#asViewer });
		const text = await response.text();
		const found = text.matchAll(new RegExp(`^${name}\\{pool="(\\w+)"\\} (\\S+)$`, 'gm'));
		return Object.fromEntries([...found].map(([, pool = '', value]) => [pool, Number(value)]));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#program.end('SIGKILL');
		rmSync(this.#data, { recursive: true, force: true });
	}

	get #asViewer() {
		return { authorization: `Bearer ${this.started.tokens[0]}` };
	}
}
