import type { Clock } from './clock.ts';
import type { Fields, Log } from './log.ts';
import { type Micros, micros } from './time.ts';

/** Lines a second that a log takes; the rest of that second is counted. A disk must not be filled from outside. */
export const MAX_LOG_LINES_A_SECOND = 200;

const SECOND: Micros = micros(1000);

/** What all logs that come from one share. */
interface Budget {
	readonly clock: Clock;
	began: Micros;
	lines: number;
	leftOut: number;
}

/** A log that passes on so many lines a second and says, with the next that it passes on, how many it has left out. */
export class LimitedLog implements Log {
	readonly #next: Log;
	readonly #budget: Budget;

	constructor(next: Log, clock: Clock, budget: Budget = { clock, began: clock.now(), lines: 0, leftOut: 0 }) {
		this.#next = next;
		this.#budget = budget;
	}

	debug(words: string, fields?: Fields): void {
		if (this.#mayPass()) this.#next.debug(words, fields);
	}

	info(words: string, fields?: Fields): void {
		if (this.#mayPass()) this.#next.info(words, fields);
	}

	warn(words: string, fields?: Fields): void {
		if (this.#mayPass()) this.#next.warn(words, fields);
	}

	error(words: string, fields?: Fields): void {
		if (this.#mayPass()) this.#next.error(words, fields);
	}

	with(fields: Fields): Log {
		return new LimitedLog(this.#next.with(fields), this.#budget.clock, this.#budget);
	}

	#mayPass(): boolean {
		const budget = this.#budget;
		const now = budget.clock.now();
		if (now - budget.began >= SECOND) {
			const { leftOut } = budget;
			budget.began = now;
			budget.lines = budget.leftOut = 0;
			if (leftOut > 0) this.#next.warn('lines were left out of the log: too many in one second', { lines: leftOut });
		}
		if (++budget.lines <= MAX_LOG_LINES_A_SECOND) return true;
		budget.leftOut++;
		return false;
	}
}
