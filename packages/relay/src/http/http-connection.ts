import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, systemCode } from '@oriel/base';
import type { ReportFault } from '../errors/faults.ts';
import type { Answer } from './answer.ts';
import type { Place } from './connections.ts';
import { headerBytes } from './headers.ts';
import type { Request } from './request.ts';
import { SAFE_HEADERS } from './respond.ts';
import { endLingering, LINGER_MS, takeFromHttp } from './takeover.ts';

/** Requests of one connection that wait for the answer to an earlier one. Browsers send none, the HTTP tools a few. */
export const MAX_PIPELINED = 16;
/** Memory for the headers of these and of the request before them. A request that comes alone may take more. */
export const MAX_PIPELINED_BYTES: number = 16 * 1024;

/**
 * Bytes that Node's parser gets at once. It makes all requests of what it gets before we see the first of them count, at
 * 20 µs each: 64 KiB of small requests would stop all video for 50 ms.
 */
const HEAD_SLICE = 2 * 1024;
/** The same while a body is coming, behind which others may follow. */
const BODY_SLICE = 16 * 1024;

/** One request that waits for its turn. */
export interface Asked {
	readonly request: Request;
	readonly response: Answer;
	/** Tells the client to go on with the body, if it asked. */
	readonly proceed: () => void;
}

export interface HttpConnectionOptions {
	/** Answers one request. What it throws ends this connection. */
	readonly answer: (asked: Asked, connection: HttpConnection) => void;
	readonly place: Place;
	readonly clock: Clock;
	readonly report: ReportFault;
}

/**
 * One connection, and its requests one after the other.
 *
 * Node's parser hands out every request that a packet holds, in the middle of its work and while earlier answers are
 * unfinished. Answering there is what used to end the process: an answer that was finished out of order, or a socket that
 * was taken while the parser held more, fail an assertion inside of Node. So requests are only noted when they come. They
 * are answered from the event loop, where no parser is at work, each when the one before is finished. What ends the
 * connection ends with it all that waits: it is unknown then what the client thinks it was answered.
 */
export class HttpConnection {
	readonly socket: Socket;
	readonly #options: HttpConnectionOptions;
	#waiting: Asked[] = [];
	#current: Asked | undefined;
	#isScheduled = false;
	#bodySlice = BODY_SLICE;
	/** Whether all that comes from now on is ignored; what came before is still answered. */
	#isClosing = false;
	/** Whether the socket belongs to a stream or a WebSocket. */
	#isTaken = false;
	/** What goes out last, after the answers: words about bytes that are no HTTP. */
	#lastWords = '';

	constructor(socket: Socket, options: HttpConnectionOptions) {
		this.socket = socket;
		this.#options = options;
		// From beginning to end: a reset must not end the process, whatever owns the socket.
		socket.on('error', ignore);
		this.#feedInSlices();
		socket.once('end', () => this.#halfClosed());
		socket.once('close', () => this.#drop());
	}

	/** Notes a request. Called by the parser. */
	ask(asked: Asked): void {
		asked.request.on('error', ignore);
		asked.response.on('error', ignore);
		if (this.#isClosing || this.socket.destroyed) return;
		if (this.#waiting.length >= MAX_PIPELINED || !this.#hasMemoryFor(asked)) {
			this.#isClosing = true;
			return;
		}
		this.#options.place.busy();
		this.#waiting.push(asked);
		this.#schedule();
	}

	/** Whether the socket may become a WebSocket's. If not, because answers are still due, the connection is ended. */
	upgrade(): boolean {
		// What follows is not for the parser.
		this.socket.removeAllListeners('data');
		const isFree = !this.#current && this.#waiting.length === 0 && !this.#isClosing;
		this.#isClosing = true;
		this.#isTaken = true;
		this.#options.place.busy();
		if (!isFree) this.socket.destroy();
		return isFree;
	}

	/** Hands the socket over for an answer without end. Requests behind it are dropped (RFC 9112, 9.3.1 allows that). */
	take(response: Answer): Socket {
		const { socket } = this;
		if (this.#current?.response !== response) throw new Error('The socket was asked for by an answer that has ended');
		this.#isClosing = true;
		this.#isTaken = true;
		this.#waiting = [];
		// From here on the socket is the stream's: Node's response would copy, count and chunk what is ready to be sent.
		response.detachSocket(socket);
		takeFromHttp(socket);
		// A viewer that closes its half has left; one that did so before gets what was ready for it.
		socket.once('end', () => socket.end());
		if (socket.readableEnded) setImmediate(() => socket.end());
		return socket;
	}

	/** The body that is coming is a camera's, let in by its key: slices would make it dearer by a half. */
	takeWholeBody(): void {
		this.#bodySlice = Number.POSITIVE_INFINITY;
	}

	/** The client sent what is no HTTP, or was too slow with its headers, or the connection broke. Called by Node. */
	fail(reason: Error): void {
		if (this.socket.destroyed || !this.socket.writable) {
			this.socket.destroy();
			return;
		}
		if (this.#isClosing) return;
		const current = this.#current;
		if (current && !current.request.complete) {
			this.#bodyBroke(current, reason);
			return;
		}
		// What will never be whole is not answered, but what came before it is.
		if (this.#waiting.at(-1)?.request.complete === false) this.#waiting.pop();
		this.#lastWords = wordsFor(reason);
		this.#isClosing = true;
		this.#schedule();
	}

	/** Ends the connection once all that has been asked is answered. */
	drain(): void {
		if (this.#current || this.#waiting.length > 0) this.#isClosing = true;
	}

	/** Puts itself between the socket and Node's parser, which listens for data unless it reads the socket itself. */
	#feedInSlices(): void {
		const { socket } = this;
		const parsers = socket.listeners('data') as ((slice: Buffer) => void)[];
		socket.on('data', (chunk: Buffer) => {
			// Nothing more is parsed, but for the rest of a body that is being read.
			if (this.#isClosing && !this.#isBodyComing) return;
			const size = this.#isBodyComing ? this.#bodySlice : HEAD_SLICE;
			if (chunk.length > size) this.#putBack(chunk.subarray(size));
			for (const parse of parsers) parse.call(socket, chunk.subarray(0, size));
		});
		for (const parse of parsers) socket.off('data', parse);
	}

	/** To be read next, before anything new, unless the socket is paused or taken meanwhile. */
	#putBack(rest: Buffer): void {
		this.socket.pause();
		this.socket.unshift(rest);
		this.socket.resume();
	}

	/** An answer that is complete counts no more: its client may have read it before Node says that it is sent. */
	#hasMemoryFor({ request }: Asked): boolean {
		const current = this.#current && !this.#current.response.writableEnded ? [this.#current] : [];
		const before = [...current, ...this.#waiting];
		const held = before.reduce((sum, asked) => sum + headerBytes(asked.request), 0);
		return held === 0 || held + headerBytes(request) <= MAX_PIPELINED_BYTES;
	}

	get #isBodyComing(): boolean {
		return (this.#waiting.at(-1) ?? this.#current)?.request.complete === false;
	}

	/** The request that is being answered will never be whole. */
	#bodyBroke({ response }: Asked, reason: Error): void {
		this.#isClosing = true;
		if (response.headersSent) {
			endLingering(this.socket, this.#options.clock);
			return;
		}
		this.socket.write(wordsFor(reason));
		this.socket.destroySoon();
	}

	/** Not at once: the parser may be at work, and even the ticks of Node's own queue run in the middle of that. */
	#schedule(): void {
		if (this.#isScheduled || this.#current) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			try {
				this.#next();
			} catch (thrown) {
				this.#options.report('socket', thrown);
				this.socket.destroy();
			}
		});
	}

	#next(): void {
		if (this.socket.destroyed || this.#current || this.#isTaken) return;
		const asked = this.#waiting.shift();
		if (!asked) {
			if (this.#isClosing) endLingering(this.socket, this.#options.clock, this.#lastWords);
			return;
		}
		this.#current = asked;
		asked.response.once('close', () => this.#answered(asked));
		this.#options.answer(asked, this);
	}

	/** An answer is finished, in Node's order, or its connection is gone. */
	#answered({ request }: Asked): void {
		if (this.#isTaken) return;
		this.#current = undefined;
		this.#bodySlice = BODY_SLICE;
		const { socket } = this;
		// Node has begun to close it, for the answer or the request said so.
		if (socket.destroyed || !socket.writable) this.#drop();
		else if (!request.complete) {
			// The rest of this body is not read, and it may have no end.
			this.#drop();
			endLingering(socket, this.#options.clock);
		} else if (this.#waiting.length > 0 || this.#isClosing) this.#schedule();
		else this.#options.place.idle();
	}

	/** A client that has nothing more to say gets its answers, but nothing that takes long is worth waiting for. */
	#halfClosed(): void {
		if (this.#isTaken || (!this.#current && this.#waiting.length === 0)) return;
		const cancel = this.#options.clock.after(LINGER_MS, () => this.socket.destroy());
		this.socket.once('close', cancel);
	}

	#drop(): void {
		this.#isClosing = true;
		this.#waiting = [];
	}
}

const STATUS_FOR: Readonly<Record<string, number>> = {
	HPE_HEADER_OVERFLOW: 431,
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
	ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** An answer to what could not be read as a request. */
function wordsFor(reason: Error): string {
	const status = STATUS_FOR[systemCode(reason) ?? ''] ?? 400;
	const headers = { connection: 'close', 'content-length': '0', ...SAFE_HEADERS };
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
}

function ignore(): void {}
