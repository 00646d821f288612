import type { Target } from '@oriel/testing/attack';
import { NodeProgram } from '@oriel/testing/node-program';
import { behindOthers, type Precedence } from '@oriel/testing/precedence';
import type { Program } from '@oriel/testing/program';
import type { Wanted } from '../security/attacks/all.ts';

const ENTRY = new URL('../security/attacks/attacker.ts', import.meta.url);
/** Many attackers at once on what the honest programs leave of the processor take their time to begin and to end. */
const PATIENCE_MS = 300_000;

/** Starts processes of attackers, which come behind the honest programs of this machine. */
export class Attackers implements Disposable {
	readonly #program: NodeProgram;
	readonly #precedence: Precedence;
	readonly #targetOf: (name: string) => Target;

	private constructor(program: NodeProgram, precedence: Precedence, targetOf: (name: string) => Target) {
		this.#program = program;
		this.#precedence = precedence;
		this.#targetOf = targetOf;
	}

	static async prepare(precedence: Precedence, targetOf: (name: string) => Target): Promise<Attackers> {
		return new Attackers(await NodeProgram.compile(ENTRY), precedence, targetOf);
	}

	/** Runs the attacks of each list in a process, until `over` resolves. Rejects if one of them ends early. */
	async run(processes: readonly (readonly string[])[], over: () => Promise<void>): Promise<void> {
		const programs = processes.map((names) => this.#start(names));
		try {
			await Promise.all(programs.map((program) => program.said(/begun/, PATIENCE_MS)));
			const early = programs.map(async (program) => {
				await program.ended;
				throw new Error(`An attack ended early: ${program.stderr}`);
			});
			await Promise.race([over(), ...early]);
			for (const program of programs) program.stdin.end();
			const ends = await Promise.all(programs.map(({ ended }) => ended));
			const failed = ends.findIndex(({ code }) => code !== 0);
			if (failed >= 0) throw new Error(`${processes[failed]} failed: ${programs[failed]?.stderr}`);
		} finally {
			for (const program of programs) await program.end();
		}
	}

	#start(names: readonly string[]): Program {
		const wanted: Wanted[] = names.map((name) => ({ name, target: this.#targetOf(name) }));
		const args = [this.#program.path, JSON.stringify(wanted)];
		return behindOthers(this.#precedence, args);
	}

	[Symbol.dispose](): void {
		this.#program[Symbol.dispose]();
	}
}
