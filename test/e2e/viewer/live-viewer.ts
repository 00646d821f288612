import { systemClock } from '@oriel/base';
import { decode, encode, type Message, SUBPROTOCOL } from '@oriel/protocol';
import { ClockOffset } from '@oriel/stream';
import { WebSocket } from 'ws';

/** A picture that has come. */
export interface Come {
	/** Every picture that the camera makes has the next number. */
	readonly sequence: number;
	/** On this machine's clock, microseconds. */
	readonly at: number;
	/** How old it was then, milliseconds. */
	readonly age: number;
	readonly bytes: number;
}

/** A program that watches one camera in oriel.v1, acknowledges what comes, and knows how old it is. */
export class LiveViewer implements AsyncDisposable {
	/** Pictures, since the clocks have been compared. */
	readonly pictures: Come[] = [];
	/** All other messages. */
	readonly said: Message[] = [];
	readonly #socket: WebSocket;
	readonly #offset = new ClockOffset();
	readonly #timer: NodeJS.Timeout;

	/** `url` is the relay's, `token` one of its viewer tokens. */
	constructor(url: string, token: string, camera: string) {
		const headers = { authorization: `Bearer ${token}` };
		this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}/live`, SUBPROTOCOL, { headers });
		this.#socket.on('error', () => undefined);
		this.#socket.on('message', (data: Buffer) => {
			for (const message of decode(data)) this.#take(message);
		});
		this.#socket.on('open', () => {
			this.#send({ type: 'hello', version: 1, software: 'test', capabilities: ['jpeg', 'h264'] });
			this.#send({ type: 'watch', cameras: [camera] });
			this.#ping();
		});
		this.#timer = setInterval(() => this.#ping(), 1000);
	}

	/** How many of the newest came without one missing between them. */
	get unbroken(): number {
		const { pictures } = this;
		let count = 1;
		const follows = (index: number) => pictures[index]?.sequence === (pictures[index - 1]?.sequence ?? Number.NaN) + 1;
		while (count < pictures.length && follows(pictures.length - count)) count++;
		return Math.min(count, pictures.length);
	}

	/** Those of the last so many milliseconds. */
	last(ms: number): readonly Come[] {
		const since = systemClock.now() - ms * 1000;
		return this.pictures.filter(({ at }) => at >= since);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
		this.#socket.terminate();
	}

	#ping(): void {
		this.#send({ type: 'ping', sentAt: systemClock.now() });
	}

	#send(message: Message): void {
		if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(encode(message));
	}

	#take(message: Message): void {
		const at = systemClock.now();
		if (message.type === 'pong') this.#offset.add({ ...message, pongArrivedAt: at });
		if (message.type !== 'frame') {
			this.said.push(message);
			return;
		}
		const { camera, sequence, capturedAt, data } = message;
		const taken = this.#offset.toOurs(capturedAt);
		const age = taken === undefined ? undefined : (at - taken) / 1000;
		this.#send({ type: 'ack', camera, sequence, ageMs: age });
		if (age !== undefined) this.pictures.push({ sequence, at, age, bytes: data.length });
	}
}
