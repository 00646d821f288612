import type { Cancel, Clock, Micros, Millis } from '@oriel/base';

interface Timer {
	due: Micros;
	readonly repeat: Micros | undefined;
	readonly action: () => void;
}

/** A clock that stands still until the test moves it. Timers fire in the order in which they are due. */
export class FakeClock implements Clock {
	#now: Micros;
	#wallAhead: Millis;
	#timers = new Set<Timer>();

	constructor(now: Micros = 1_000_000_000, wall: Millis = Date.UTC(2026, 10, 22, 14, 2)) {
		this.#now = now;
		this.#wallAhead = wall - now / 1000;
	}

	now(): Micros {
		return this.#now;
	}

	wall(): Millis {
		return Math.round(this.#now / 1000 + this.#wallAhead);
	}

	after(delay: Millis, action: () => void): Cancel {
		return this.#add({ due: this.#now + delay * 1000, repeat: undefined, action });
	}

	every(interval: Millis, action: () => void): Cancel {
		return this.#add({ due: this.#now + interval * 1000, repeat: interval * 1000, action });
	}

	/** Timers still waiting: a test that ends with some has found a leak. */
	get pending(): number {
		return this.#timers.size;
	}

	/** Moves the time on, firing what falls due on the way. */
	advance(span: Millis): void {
		const end = this.#now + span * 1000;
		for (let timer = this.#nextDue(end); timer; timer = this.#nextDue(end)) {
			this.#now = Math.max(this.#now, timer.due);
			if (timer.repeat === undefined) this.#timers.delete(timer);
			else timer.due = Math.max(timer.due + timer.repeat, this.#now);
			timer.action();
		}
		this.#now = end;
	}

	/** Moves the time on without firing anything, as a program does that is busy: what falls due is late. */
	block(span: Millis): void {
		this.#now += span * 1000;
	}

	/** As `advance`, in small steps that let promises settle in between. */
	async settle(span: Millis = 0, step: Millis = 10): Promise<void> {
		for (let gone = 0; gone < span; gone += step) {
			this.advance(Math.min(step, span - gone));
			await turn();
		}
		await turn();
	}

	/** Steps the wall clock alone, as a Pi without a clock battery does when it learns the time. */
	stepWall(by: Millis): void {
		this.#wallAhead += by;
	}

	#add(timer: Timer): Cancel {
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	#nextDue(end: Micros): Timer | undefined {
		let next: Timer | undefined;
		for (const timer of this.#timers) if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
		return next;
	}
}

/** Lets everything run that is ready to run. */
export function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
