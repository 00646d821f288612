import type { Program } from '@oriel/testing/program';

const MAX_ERRORS = 100;

/** What a relay says in its log, however much that is, and whether it has ended. */
export class RelayLog {
	/** Errors, but for those about its disk. */
	readonly errors: string[] = [];
	/** Whether its disk works, as far as it has found out. */
	isWritable = true;
	/** How it ended, if it did. */
	end: string | undefined;

	constructor(program: Program) {
		program.onLine('stderr', (line) => this.#hear(line));
		void program.ended.then((end) => {
			this.end = JSON.stringify(end);
		});
	}

	#hear(line: string): void {
		if (/can be written again|took so long is over/.test(line)) this.isWritable = true;
		if (!line.includes('"level":"error"')) return;
		if (/the data directory/.test(line)) this.isWritable &&= !/cannot be written/.test(line);
		else if (this.errors.length < MAX_ERRORS) this.errors.push(line.slice(0, 2000));
	}
}
