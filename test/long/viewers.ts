import { causedByRelay } from '@oriel/testing/gaps';
import { NodeProgram } from '@oriel/testing/node-program';
import { Program } from '@oriel/testing/program';
import { until } from '@oriel/testing/until';
import type { Group, Seen } from './honest-viewer.ts';

const ENTRY = new URL('honest-viewers.ts', import.meta.url);
/** Of the cameras: 24 frames a second. */
const INTERVAL_MS = 1000 / 24;

/** What the viewers saw in a while. */
export interface Observation {
	/** Fewest frames that one of them received. */
	readonly fewest: number;
	/** The longest gap of any of them, in milliseconds. */
	readonly longestMs: number;
	/** The longest gap of a control viewer. */
	readonly controlMs: number;
	/** The longest part of a gap that the relay caused; see gaps.ts. */
	readonly causedMs: number;
	/** Connections that have ended, with the reason. */
	readonly ended: readonly string[];
}

/** Viewers in a process of their own. The last group are the control's: they watch a relay that nothing is done to. */
export class Viewers implements AsyncDisposable {
	readonly #program: Program;
	readonly #compiled: NodeProgram;
	#told: string | undefined;
	#hasEnded = false;

	private constructor(program: Program, compiled: NodeProgram) {
		this.#program = program;
		this.#compiled = compiled;
		program.onLine('stdout', (line) => {
			this.#told = line;
		});
		void program.ended.then(() => {
			this.#hasEnded = true;
		});
	}

	static async start(groups: readonly Group[]): Promise<Viewers> {
		const compiled = await NodeProgram.compile(ENTRY);
		return new Viewers(new Program(process.execPath, [compiled.path, JSON.stringify(groups)]), compiled);
	}

	/** What they have seen since they were asked before. */
	async look(): Promise<Observation> {
		this.#told = undefined;
		this.#program.stdin.write('\n');
		const line = await until('the viewers to tell what they saw', () => {
			if (this.#hasEnded) throw new Error(`The viewers have ended: ${this.#program.stderr}`);
			return this.#told;
		});
		return sightOf(JSON.parse(line));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#program.end();
		this.#compiled[Symbol.dispose]();
	}
}

function sightOf(seen: readonly Seen[]): Observation {
	const honest = seen.slice(0, -1).flatMap(({ viewers }) => viewers);
	const control = seen.at(-1)?.viewers ?? [];
	const controlGaps = control.flatMap(({ gaps }) => gaps);
	const caused = honest.flatMap(({ gaps }) => gaps.map((gap) => causedByRelay(gap, controlGaps, INTERVAL_MS)));
	return {
		fewest: Math.min(...honest.map(({ frames }) => frames)),
		longestMs: Math.max(...honest.map(({ longestMs }) => longestMs)),
		controlMs: Math.max(...control.map(({ longestMs }) => longestMs)),
		causedMs: Math.max(0, ...caused),
		ended: [...honest, ...control].flatMap(({ ended }) => (ended === undefined ? [] : [ended])),
	};
}
