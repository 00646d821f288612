import type { Millis } from '@oriel/base';

/** What may wait for a reader that does not read; lines beyond it are dropped and counted. About six seconds of a busy log. */
export const MAX_OUTPUT_BACKLOG_BYTES = 256 * 1024;
/** What waits at the end of the process has this long to be read. */
export const OUTPUT_FLUSH_TIMEOUT_MS: Millis = 1000;

/** Most bytes in one write: as much as a pipe holds. */
const CHUNK_BYTES = 64 * 1024;
/** How soon a reader that took nothing is tried again. */
const RETRY_MS: Millis = 20;
/** The same at the end, when nothing else is done. */
const LAST_RETRY_MS: Millis = 5;

const LINE_END = 0x0a;

/** A way out of the process that never makes the caller wait. */
export interface Channel {
	/** How many of these bytes were taken; 0: none at the moment. Throws if they cannot be taken at all. */
	write(bytes: Buffer): number;
	/** From now on there is no event loop any more: whatever comes may wait a moment. */
	ending?(): void;
}

export interface OutputOptions {
	readonly channel: Channel;
	/** Called when the reader reads again, with how many lines it has missed. */
	readonly resumed: (lines: number) => void;
	/** Does something later, unless the process has ended by then. */
	readonly later: (delay: Millis, action: () => void) => void;
}

/**
 * Text on its way out, in order. A reader that is quick gets every line at once. One that does not read, or is gone, costs a
 * bounded buffer and no time: a log must never stop what it tells of.
 */
export class Output {
	readonly #options: OutputOptions;
	#waiting: Buffer[] = [];
	#backlog = 0;
	#dropped = 0;
	#isBusy = false;
	#isRetrying = false;

	constructor(options: OutputOptions) {
		this.#options = options;
	}

	/** Sends whole lines. Never throws, and never waits. */
	write(text: string): void {
		const bytes = Buffer.from(text);
		// Once lines are missing the rest waits for the words about them, which come when half is free.
		const limit = this.#dropped > 0 ? MAX_OUTPUT_BACKLOG_BYTES / 2 : MAX_OUTPUT_BACKLOG_BYTES;
		if (this.#backlog + bytes.length > limit) {
			this.#dropped += linesIn(bytes);
			return;
		}
		this.#waiting.push(bytes);
		this.#backlog += bytes.length;
		if (!this.#isRetrying) this.#pump();
	}

	/** For the end of the process: hands over what it can in the time that there is, without the event loop. */
	flush(): void {
		this.#options.channel.ending?.();
		const deadline = performance.now() + OUTPUT_FLUSH_TIMEOUT_MS;
		for (this.#pump(); this.#backlog > 0 && performance.now() < deadline; this.#pump()) pause(LAST_RETRY_MS);
	}

	#pump(): void {
		if (this.#isBusy) return;
		this.#isBusy = true;
		while (this.#backlog > 0 && this.#sendSome());
		this.#isBusy = false;
		if (this.#backlog > 0) this.#retry();
	}

	/** Sends the first lines that wait; false if the reader takes nothing. */
	#sendSome(): boolean {
		const chunk = this.#takeChunk();
		let taken: number;
		try {
			taken = this.#options.channel.write(chunk);
		} catch {
			// The reader is gone, or the disk is full. Either may change, so the next line is tried again.
			this.#dropped += linesIn(chunk);
			this.#dropRest();
			return false;
		}
		if (taken < chunk.length) this.#giveBack(chunk.subarray(taken));
		if (taken > 0 && this.#dropped > 0 && this.#backlog <= MAX_OUTPUT_BACKLOG_BYTES / 2) this.#resume();
		return taken > 0;
	}

	#takeChunk(): Buffer {
		let length = 0;
		let count = 0;
		for (const bytes of this.#waiting) {
			if (count > 0 && length + bytes.length > CHUNK_BYTES) break;
			length += bytes.length;
			count++;
		}
		this.#backlog -= length;
		return Buffer.concat(this.#waiting.splice(0, count), length);
	}

	#giveBack(rest: Buffer): void {
		this.#waiting.unshift(rest);
		this.#backlog += rest.length;
	}

	#dropRest(): void {
		for (const bytes of this.#waiting) this.#dropped += linesIn(bytes);
		this.#waiting = [];
		this.#backlog = 0;
	}

	#resume(): void {
		const lines = this.#dropped;
		this.#dropped = 0;
		this.#options.resumed(lines);
	}

	#retry(): void {
		if (this.#isRetrying) return;
		this.#isRetrying = true;
		this.#options.later(RETRY_MS, () => {
			this.#isRetrying = false;
			this.#pump();
		});
	}
}

function linesIn(bytes: Buffer): number {
	let count = 0;
	for (const byte of bytes) if (byte === LINE_END) count++;
	return count;
}

function pause(span: Millis): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, span);
}
