import type { Duplex } from 'node:stream';

/** Requests that are begun in one turn of the event loop. Frames go out between the turns. */
export const MAX_REQUESTS_PER_TURN = 8;

interface Waiting {
	readonly socket: Duplex;
	readonly begin: () => void;
}

/**
 * Lets a few pieces of work begin in each turn of the event loop. A thousand connections may each have something to do in the
 * same turn; done at once, it would hold up all frames for as long. Work of one owner begins in the order in which it came,
 * and owners take turns: one with a thousand connections delays another by one piece. Each connection may have one piece
 * waiting, so there are never more than connections.
 */
export class Turns {
	readonly #mostPerTurn: number;
	/** By owner; the owner whose turn it is comes first. */
	readonly #waiting = new Map<string, Waiting[]>();
	#begun = 0;
	#isScheduled = false;

	constructor(mostPerTurn: number) {
		this.#mostPerTurn = mostPerTurn;
	}

	/** Calls `begin` when it may: at once while the present turn has room; never if the connection is gone by then. */
	enter(owner: string, socket: Duplex, begin: () => void): void {
		this.#schedule();
		if (this.#waiting.size === 0 && this.#begun < this.#mostPerTurn) {
			this.#begin({ socket, begin });
			return;
		}
		const waiting = this.#waiting.get(owner);
		if (waiting) waiting.push({ socket, begin });
		else this.#waiting.set(owner, [{ socket, begin }]);
	}

	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => this.#next());
	}

	#next(): void {
		this.#isScheduled = false;
		this.#begun = 0;
		if (this.#waiting.size === 0) return;
		this.#schedule();
		// An owner that is put back is visited again in the same loop, behind the others.
		for (const [owner, waiting] of this.#waiting) {
			if (this.#begun >= this.#mostPerTurn) return;
			const first = waiting.shift();
			this.#waiting.delete(owner);
			if (waiting.length > 0) this.#waiting.set(owner, waiting);
			if (first) this.#begin(first);
		}
	}

	#begin({ socket, begin }: Waiting): void {
		if (socket.destroyed) return;
		this.#begun++;
		begin();
	}
}
