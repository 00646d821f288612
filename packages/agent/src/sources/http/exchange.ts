import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type Cancel, type Clock, deferred, type Millis } from '@oriel/base';
import { AgentError } from '../../errors/agent-error.ts';
import { networkTrouble, networkWords, type Peer, peerOf, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { openVerifiedTls } from '../../tls/verified-tls.ts';
import { whenOpen } from '../../tls/when-open.ts';
import type { AnswerHead } from './answer-head.ts';
import { AnswerReader, BadAnswer } from './answer-reader.ts';
import type { HttpAddress } from './http-address.ts';

/** From the start of a request to an open connection, TLS included. */
export const CONNECT_TIMEOUT_MS: Millis = 8000;
/** From an open connection to the head of the answer: a camera may have to wake its sensor first. */
export const ANSWER_TIMEOUT_MS: Millis = 12_000;

export interface Platform {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** The only public key that an https camera may have, as `readPin` gives it. */
	readonly pin?: string | undefined;
}

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
		socket = await open(address, platform, over.signal);
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

/** What a failed request or a broken body means. */
export function asSourceError(cause: unknown, peer: Peer): SourceError {
	if (cause instanceof SourceError) return cause;
	if (cause instanceof BadAnswer) return badAnswer(peer, cause.message, cause.isCut ? 'broken' : 'bad-answer');
	if (cause instanceof AgentError && cause.code === 'certificate') {
		return new SourceError('certificate', cause.message, { again: 'later', cause });
	}
	return new SourceError(networkTrouble(cause), networkWords(cause, peer), { again: 'soon', cause });
}

/** The camera answered, and not as it should. */
export function badAnswer(peer: Peer, what: string, code: 'bad-answer' | 'broken' = 'bad-answer'): SourceError {
	return new SourceError(code, `the camera at ${placeOf(peer)} ${what}`, { again: 'soon' });
}

/** An open connection, after TLS if it is https. Rejects when `signal` aborts. */
function open({ url, host }: HttpAddress, { pin, clock }: Platform, signal: AbortSignal): Promise<Socket> {
	const { promise, resolve, reject } = deferred<Socket>();
	const done = (failure: Error | null, socket?: Socket) => (socket ? resolve(socket) : reject(failure));
	if (url.protocol === 'https:') {
		openVerifiedTls({ url, host, peer: 'camera', pin, signal, wall: () => clock.wall() }, done);
	} else {
		whenOpen(connect({ host, port: peerOf(url, 'camera').port }), { event: 'connect', signal }, done);
	}
	return promise;
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
				// It may break before anybody reads it.
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

function tooSlow(peer: Peer, what: string, limit: Millis): SourceError {
	const words = `the camera at ${placeOf(peer)} takes longer than ${limit / 1000} s ${what}`;
	return new SourceError('timed-out', words, { again: 'soon' });
}
