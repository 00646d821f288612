import type { Clock, Millis } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Answer } from './answer.ts';

/** From a request's turn to the end of its answer, unless the answer is one without end. A long poll's 20 s are in it. */
export const ANSWER_TIMEOUT_MS: Millis = 60_000;
/** An answer whose caller has lost access meanwhile has this long to end well: it may be the answer to signing out. */
export const REVOKED_TIMEOUT_MS: Millis = 500;
/** Answers open at once to one credential, or to one network where there is none. */
export const MAX_OPEN_ANSWERS = 256;
/** Bytes of answers that clients have not taken yet, in all. */
export const MAX_UNSENT_ANSWER_BYTES = 64 * 1024 * 1024;
/** And those of one credential, or of one network where there is none. */
export const MAX_UNSENT_CALLER_BYTES = 16 * 1024 * 1024;

/** Asking again makes sense after this many seconds. */
const RETRY_SECONDS = 5;

/** What is open for one caller. */
interface Caller {
	readonly key: string;
	answers: number;
	bytes: number;
}

/** All answers that are under way and have an end, by caller. */
export class OpenAnswers {
	readonly #clock: Clock;
	readonly #callers = new Map<string, Caller>();
	#bytes = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** The answer to one request, from its turn on. It ends with `response`, unless it is ended before. */
	begin(response: Answer): OpenAnswer {
		const answer = new OpenAnswer(response, this.#clock, this);
		response.once('close', () => answer.end());
		return answer;
	}

	/** How many callers have something open. */
	get callers(): number {
		return this.#callers.size;
	}

	/** Bytes that clients have not taken. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Counts an answer to `key`; the returned caller is to be given back. Throws `too-many-open`. */
	enter(key: string): Caller {
		const caller = this.#callers.get(key) ?? { key, answers: 0, bytes: 0 };
		if (caller.answers >= MAX_OPEN_ANSWERS) {
			const words = `${MAX_OPEN_ANSWERS} answers to this caller are open, which is the maximum; read them first`;
			throw new RelayError('too-many-open', words, { retryAfterSeconds: RETRY_SECONDS });
		}
		caller.answers++;
		this.#callers.set(key, caller);
		return caller;
	}

	leave(caller: Caller): void {
		if (--caller.answers === 0) this.#callers.delete(caller.key);
	}

	/** Counts bytes that are about to be sent; the returned function takes them back. Throws `busy`. */
	reserve(caller: Caller | undefined, bytes: number): () => void {
		const own = caller ?? { key: '', answers: 0, bytes: 0 };
		// One answer is always possible, whatever its size.
		const isOver = this.#bytes > 0 && this.#bytes + bytes > MAX_UNSENT_ANSWER_BYTES;
		const isGreedy = own.bytes > 0 && own.bytes + bytes > MAX_UNSENT_CALLER_BYTES;
		if (isOver || isGreedy) {
			const words = 'Too many answers are waiting to be read; read those first, or ask again';
			throw new RelayError('busy', words, { retryAfterSeconds: RETRY_SECONDS });
		}
		this.#bytes += bytes;
		own.bytes += bytes;
		return () => {
			this.#bytes -= bytes;
			own.bytes -= bytes;
		};
	}
}

/** One answer under way: what it holds is given back when it ends. */
export class OpenAnswer {
	readonly #response: Answer;
	readonly #clock: Clock;
	readonly #all: OpenAnswers;
	readonly #undo: (() => void)[] = [];
	#caller: Caller | undefined;
	#stopDeadline: (() => void) | undefined;
	#isOver = false;

	constructor(response: Answer, clock: Clock, all: OpenAnswers) {
		this.#response = response;
		this.#clock = clock;
		this.#all = all;
		response.onHead = (status, bytes) => this.#headed(status, bytes);
		this.limitTime();
	}

	/** The connection is ended if the answer has not by then. */
	limitTime(): void {
		this.#stopDeadline ??= this.#clock.after(ANSWER_TIMEOUT_MS, () => this.#cut());
	}

	/** What the route does now has no end that could be waited for; a refusal of it has. */
	freeTime(): void {
		this.#stopDeadline?.();
		this.#stopDeadline = undefined;
	}

	/** Counts it for its caller. Throws `too-many-open`. */
	count(key: string): void {
		const caller = this.#all.enter(key);
		this.#caller = caller;
		this.#undo.push(() => this.#all.leave(caller));
	}

	/** Lets it rest on the caller's access: `hold` is given what to call when that is lost, and gives what lets go. */
	rest(hold: (end: () => void) => () => void): void {
		this.#undo.push(hold(() => this.#revoked()));
	}

	/** Gives everything back. Twice is fine. */
	end(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.freeTime();
		for (const undo of this.#undo) undo();
	}

	/** Refusals are small, and must be possible when nothing else is. */
	#headed(status: number, bytes: number): void {
		if (status < 400) this.#undo.push(this.#all.reserve(this.#caller, bytes));
		this.limitTime();
	}

	#revoked(): void {
		if (this.#isOver) return;
		// What has not come yet must not have an effect any more. A caller could hold its last byte back for the very moment.
		if (!this.#response.req.complete) this.#cut();
		else this.#undo.push(this.#clock.after(REVOKED_TIMEOUT_MS, () => this.#cut()));
	}

	#cut(): void {
		this.#response.req.socket.destroy();
	}
}
