import type { Micros } from '@oriel/base';
import { type Announce, decode, encode, type Message } from '@oriel/protocol';
import type { SocketLike } from '../../../../packages/web/src/player/connection/live-socket.ts';
import type { PageSignal } from '../../../../packages/web/src/player/connection/page-signals.ts';
import type { RelayAnswer } from '../../../../packages/web/src/player/connection/relay-answer.ts';
import type { FakeClock } from '../fake-clock.ts';

/** The relay's clock is ahead of the page's by this much. */
export const RELAY_LEAD: Micros = 7_000_000_000;

/** A socket whose other end the test holds. */
export class FakeSocket implements SocketLike {
	binaryType = 'blob';
	readyState = 0;
	onopen: SocketLike['onopen'] = null;
	onclose: SocketLike['onclose'] = null;
	onmessage: SocketLike['onmessage'] = null;
	readonly sent: Message[] = [];
	closed = false;
	/** The code with which the page closed it. */
	closeCode: number | undefined;
	/** Pings answered so far. */
	answered = 0;

	send(bytes: Uint8Array<ArrayBuffer>): void {
		this.sent.push(...decode(bytes));
	}

	close(code: number): void {
		this.closed = true;
		this.closeCode = code;
		this.readyState = 3;
	}

	/** The relay accepts the connection. */
	accept(): void {
		this.readyState = 1;
		this.onopen?.();
	}

	/** The relay sends these in one WebSocket message. */
	deliver(...messages: readonly Message[]): void {
		const bytes = messages.flatMap((message) => [...encode(message)]);
		this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
	}

	/** The connection breaks, or the dial fails. */
	break(): void {
		this.readyState = 3;
		this.onclose?.();
	}

	/** Messages of one type that the page has sent. */
	ofType<T extends Message['type']>(type: T): Extract<Message, { type: T }>[] {
		return this.sent.filter((message): message is Extract<Message, { type: T }> => message.type === type);
	}
}

/** Everything around a LiveConnection, in the hands of the test. */
export class FakeRelay {
	readonly sockets: FakeSocket[] = [];
	readonly clock: FakeClock;
	/** What plain HTTP finds, and how often it was asked. */
	answer: RelayAnswer = 'there';
	asked = 0;
	/** How far the relay's clock is ahead of the page's now: more after the page's clock has stood still. */
	lead: Micros = RELAY_LEAD;
	#signal: (signal: PageSignal) => void = () => {};

	constructor(clock: FakeClock) {
		this.clock = clock;
	}

	/** What a LiveConnection is made of. */
	get parts() {
		return {
			clock: this.clock,
			random: () => 0.5,
			codecs: ['jpeg', 'h264'],
			ask: async () => {
				this.asked++;
				return this.answer;
			},
			signals: (listener: (signal: PageSignal) => void) => {
				this.#signal = listener;
				return () => {
					this.#signal = () => {};
				};
			},
			dial: () => {
				const socket = new FakeSocket();
				this.sockets.push(socket);
				return socket;
			},
		};
	}

	/** The socket dialled last. */
	get socket(): FakeSocket {
		const socket = this.sockets.at(-1);
		if (!socket) throw new Error('Nothing has been dialled');
		return socket;
	}

	/** The window tells something. */
	signal(signal: PageSignal): void {
		this.#signal(signal);
	}

	/** Accepts, greets, and announces these cameras as live, numbered from `firstNumber`. */
	welcome(names: readonly string[], firstNumber = 1): FakeSocket {
		const { socket } = this;
		socket.accept();
		socket.deliver(
			{ type: 'hello', version: 1, software: 'fake', capabilities: [] },
			...names.flatMap((name, index) => this.introduce(name, firstNumber + index)),
		);
		this.answerPings();
		return socket;
	}

	introduce(name: string, camera: number, difference: Partial<Announce> = {}): Message[] {
		const size = { width: 640, height: 480 };
		const usual: Announce = { name, title: name, codec: 'jpeg', ...size, stream: 1, capabilities: [] };
		const announce = { ...usual, ...difference };
		return [
			{ type: 'announce', camera, ...announce },
			{ type: 'status', camera, state: 'live', since: this.clock.now() + this.lead },
		];
	}

	/** Answers the pings of the newest socket that are not answered yet. */
	answerPings(): void {
		const { socket } = this;
		const now = this.clock.now() + this.lead;
		for (const { sentAt } of socket.ofType('ping').slice(socket.answered)) {
			socket.answered++;
			socket.deliver({ type: 'pong', pingSentAt: sentAt, receivedAt: now, sentAt: now });
		}
	}

	/** Lets time pass while the relay answers every ping. */
	run(seconds: number): void {
		for (let half = 0; half < seconds * 2; half++) {
			this.clock.advance(500);
			this.answerPings();
		}
	}

	/** A picture taken `ageMs` ago. */
	frame(camera: number, sequence: number, ageMs = 0, key = true): Message {
		const capturedAt = this.clock.now() + this.lead - ageMs * 1_000;
		return { type: 'frame', camera, sequence, capturedAt, key, data: new Uint8Array([0xff, 0xd8]) };
	}
}
