import type { Duplex } from 'node:stream';

/** Requests that are begun in one turn of the event loop. Pictures go out between the turns. */
export const MAX_REQUESTS_PER_TURN = 8;

interface Waiting {
	readonly socket: Duplex;
	readonly begin: () => void;
}

/**
 * Lets a few requests begin in each turn of the event loop, in the order in which they came. A thousand connections may each
 * have a request ready in the same turn; answered one after the other, they would hold up all pictures for as long. Of each
 * connection one request waits at most, so there are never more than connections.
 */
export class Turns {
	#waiting: Waiting[] = [];
	#begun = 0;
	#isScheduled = false;

	/** Calls `begin` when it may: at once while the present turn has room; never if the connection is gone by then. */
	enter(socket: Duplex, begin: () => void): void {
		this.#schedule();
		if (this.#waiting.length > 0 || this.#begun >= MAX_REQUESTS_PER_TURN) this.#waiting.push({ socket, begin });
		else this.#begin({ socket, begin });
	}

	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => this.#next());
	}

	#next(): void {
		this.#isScheduled = false;
		this.#begun = 0;
		if (this.#waiting.length === 0) return;
		this.#schedule();
		const waiting = this.#waiting;
		let next = 0;
		for (; next < waiting.length && this.#begun < MAX_REQUESTS_PER_TURN; next++) this.#begin(waiting[next]);
		this.#waiting = waiting.slice(next);
	}

	#begin(waiting: Waiting | undefined): void {
		if (!waiting || waiting.socket.destroyed) return;
		this.#begun++;
		waiting.begin();
	}
}
