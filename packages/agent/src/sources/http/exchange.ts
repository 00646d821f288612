import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type Cancel, deferred } from '@oriel/base';
import { type Peer, peerOf } from '../../errors/network.ts';
import type { AnswerHead } from './answer-head.ts';
import { AnswerReader, BadAnswer } from './answer-reader.ts';
import { asSourceError, tooSlow } from './camera-errors.ts';
import type { HttpAddress } from './http-address.ts';
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS, openConnection, type Platform } from './open-connection.ts';

/** A camera's answer: its head, and its body as a stream. The body has to be read or destroyed. */
export class Answer extends Readable {
	readonly status: number;
	readonly headers: AnswerHead['headers'];
	readonly #socket: Socket;

	constructor({ status, headers }: AnswerHead, socket: Socket) {
		super({ autoDestroy: true });
		this.status = status;
		this.headers = headers;
		this.#socket = socket;
	}

	override _read(): void {
		this.#socket.resume();
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#socket.destroy();
		done(error);
	}

	/** Takes a part of the body; a reader that is slow makes the camera wait. */
	accept(part: Uint8Array): void {
		if (!this.push(part)) this.#socket.pause();
	}
}

/** One GET on a connection of its own. */
export async function exchange(
	address: HttpAddress,
	headers: Readonly<Record<string, string>>,
	platform: Platform,
): Promise<Answer> {
	const { clock, signal } = platform;
	const peer = peerOf(address.url, 'camera');
	const answered = deferred<Answer>();
	const over = new AbortController();
	let socket: Socket | undefined;
	const giveUp = (reason: unknown) => {
		answered.reject(reason);
		over.abort();
		socket?.destroy();
	};
	const aborted = () => giveUp(signal.reason);
	signal.addEventListener('abort', aborted);
	let cancel: Cancel = clock.after(CONNECT_TIMEOUT_MS, () => giveUp(tooSlow(peer, 'to connect', CONNECT_TIMEOUT_MS)));
	try {
		signal.throwIfAborted();
		socket = await openConnection(address, platform, over.signal);
		cancel();
		cancel = clock.after(ANSWER_TIMEOUT_MS, () => giveUp(tooSlow(peer, 'to answer', ANSWER_TIMEOUT_MS)));
		read(socket, peer, answered);
		socket.write(requestFor(address.url, headers));
		const answer = await answered.promise;
		const stop = () => answer.destroy(signal.reason);
		signal.addEventListener('abort', stop);
		answer.once('close', () => signal.removeEventListener('abort', stop));
		return answer;
	} catch (failure) {
		over.abort();
		socket?.destroy();
		throw asSourceError(failure, peer);
	} finally {
		cancel();
		signal.removeEventListener('abort', aborted);
	}
}

/** Reads the answer from the socket: its head settles `answered`, its body goes to that. */
function read(
	socket: Socket,
	peer: Peer,
	answered: { resolve: (answer: Answer) => void; reject: (reason: unknown) => void },
): void {
	const reader = new AnswerReader();
	let answer: Answer | undefined;
	const fail = (failure: unknown) => {
		socket.destroy();
		answered.reject(failure);
		answer?.destroy(failure instanceof Error ? asSourceError(failure, peer) : undefined);
	};
	const attempt = (action: () => void) => {
		try {
			action();
		} catch (failure) {
			fail(failure);
		}
	};
	socket.on('data', (bytes: Buffer) =>
		attempt(() => {
			const { head, body, isOver } = reader.push(bytes);
			if (head) {
				answer = new Answer(head, socket);
				// It may break before it is read.
				answer.on('error', () => undefined);
				answered.resolve(answer);
			}
			for (const part of body) answer?.accept(part);
			if (isOver) answer?.push(null);
		}),
	);
	socket.once('end', () =>
		attempt(() => {
			reader.end();
			answer?.push(null);
		}),
	);
	socket.on('error', fail);
	socket.once('close', () =>
		answered.reject(new BadAnswer('closed the connection without an answer', { isCut: true })),
	);
}

function requestFor({ host, pathname, search }: URL, headers: Readonly<Record<string, string>>): string {
	const lines = Object.entries({ host, 'user-agent': 'oriel', connection: 'close', ...headers });
	const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
	return `GET ${pathname}${search} HTTP/1.1\r\n${text}\r\n`;
}
