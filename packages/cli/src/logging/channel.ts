import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import type { Millis } from '@oriel/base';
import { systemCode } from '@oriel/base';
import type { Channel } from './output.ts';

/** How long a write that has begun may take before the process ends beside it: a healthy disk is done by then. */
const SETTLE_MS: Millis = 50;

/** Standard output (1) or standard error (2) as something that never makes the caller wait. */
export function openChannel(descriptor: 1 | 2): Channel {
	const open = nonBlocking(descriptor);
	return open === undefined ? new ThreadedChannel(descriptor) : new NonBlockingChannel(open);
}

/** The descriptor, or another one of the same file, that takes what it can at once; undefined if there is none. */
function nonBlocking(descriptor: 1 | 2): number | undefined {
	if (process.platform === 'win32') return undefined;
	const stats = fstatSync(descriptor);
	if (stats.isFIFO() || stats.isSocket()) {
		// Node makes pipes and sockets non-blocking when it opens its stream for them, and blocking again at the end.
		void (descriptor === 1 ? process.stdout : process.stderr);
		return descriptor;
	}
	// Node writes to terminals in blocking mode, and a terminal can be stopped (Ctrl-S). Opened again, it has a mode of its
	// own; on Linux alone, elsewhere /dev/fd shares it.
	if (stats.isCharacterDevice() && process.platform === 'linux') return openAgain(descriptor);
	return undefined;
}

function openAgain(descriptor: number): number | undefined {
	try {
		const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
		return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
	} catch {
		return undefined;
	}
}

/** A pipe, a socket or a terminal: says at once how much it took. */
class NonBlockingChannel implements Channel {
	readonly #descriptor: number;

	constructor(descriptor: number) {
		this.#descriptor = descriptor;
	}

	write(bytes: Buffer): number {
		try {
			return writeSync(this.#descriptor, bytes);
		} catch (thrown) {
			if (systemCode(thrown) === 'EAGAIN') return 0;
			throw thrown;
		}
	}
}

/** A file, whose disk may hang: a thread of Node's pool writes to it, one write at a time. */
class ThreadedChannel implements Channel {
	readonly #descriptor: number;
	#isWriting = false;
	#failure: unknown;
	#isEnding = false;

	constructor(descriptor: number) {
		this.#descriptor = descriptor;
	}

	write(bytes: Buffer): number {
		if (this.#isEnding) return writeSync(this.#descriptor, bytes);
		if (this.#isWriting) return 0;
		const failure = this.#failure;
		this.#failure = undefined;
		if (failure) throw failure;
		this.#begin(bytes);
		return bytes.length;
	}

	ending(): void {
		if (this.#isWriting) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MS);
		this.#isEnding = true;
	}

	#begin(bytes: Buffer): void {
		this.#isWriting = true;
		write(this.#descriptor, bytes, (failure, count) => {
			this.#isWriting = false;
			if (failure) this.#failure = failure;
			else if (count < bytes.length) this.#begin(bytes.subarray(count));
		});
	}
}
