import { get } from 'node:http';
import { decode, encode, type Message, SUBPROTOCOL } from '@oriel/protocol';
import type { Gap } from '@oriel/testing/gaps';
import { PartReader } from '@oriel/testing/mjpeg-viewer';
import { WebSocket } from 'ws';

/** Shorter gaps are not told of. A control that seems to have waited less than it did makes the relay look worse, not better. */
const NOTED_MS = 60;

/** Viewers of one camera in one way. */
export interface Group {
	readonly port: number;
	readonly token: string;
	readonly camera: string;
	readonly way: 'live' | 'stream.mjpg';
	readonly count: number;
	/** The first three numbers of the addresses that they come from: each has one of its own. */
	readonly network: string;
}

/** What one viewer has seen since it was asked before. */
export interface SeenByOne {
	readonly frames: number;
	/** The longest time from one frame to the next, in milliseconds, the one since the last frame included. */
	readonly longestMs: number;
	readonly gaps: readonly Gap[];
	/** Why its connection has ended; it does not come back. */
	readonly ended: string | undefined;
}

export interface Seen {
	readonly viewers: readonly SeenByOne[];
}

/** One viewer, who takes what comes at once and notes when. A frame counts when all of it is there. */
export class HonestViewer {
	#last: number | undefined;
	#frames = 0;
	#longest = 0;
	#gaps: Gap[] = [];
	#ended: string | undefined;

	constructor(group: Group, index: number) {
		const from = `${group.network}.${index + 1}`;
		if (group.way === 'live') this.#watchLive(group, from);
		else this.#watchStream(group, from);
	}

	take(now: number): SeenByOne {
		// A gap that is not over yet counts as far as it goes, now and when it is over.
		if (this.#last !== undefined) this.#note({ from: this.#last, to: now });
		const seen = { frames: this.#frames, longestMs: this.#longest, gaps: this.#gaps, ended: this.#ended };
		this.#frames = 0;
		this.#longest = 0;
		this.#gaps = [];
		return seen;
	}

	#frame(): void {
		const now = performance.now();
		if (this.#last !== undefined) this.#note({ from: this.#last, to: now });
		this.#last = now;
		this.#frames++;
	}

	#note(gap: Gap): void {
		const length = gap.to - gap.from;
		this.#longest = Math.max(this.#longest, length);
		if (length >= NOTED_MS) this.#gaps.push(gap);
	}

	#end(reason: string): void {
		this.#ended ??= reason;
	}

	#watchLive({ port, token, camera }: Group, localAddress: string): void {
		const headers = { authorization: `Bearer ${token}` };
		const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, SUBPROTOCOL, { headers, localAddress });
		const send = (message: Message) => socket.send(encode(message));
		let goodbye = '';
		socket.on('open', () => {
			send({ type: 'hello', version: 1, software: 'test', capabilities: ['jpeg', 'h264'] });
			send({ type: 'watch', cameras: [camera] });
		});
		socket.on('message', (data: Buffer) => {
			for (const message of decode(data)) {
				if (message.type === 'goodbye') goodbye = message.message;
				if (message.type !== 'frame') continue;
				send({ type: 'ack', camera: message.camera, sequence: message.sequence, ageMs: undefined });
				this.#frame();
			}
		});
		socket.on('error', ({ message }) => this.#end(message));
		socket.on('close', (code) => this.#end(`closed with ${code}: ${goodbye}`));
	}

	#watchStream({ port, token, camera, way }: Group, localAddress: string): void {
		const where = { host: '127.0.0.1', port, localAddress, path: `/cameras/${camera}/${way}`, agent: false };
		const call = get({ ...where, headers: { authorization: `Bearer ${token}` } }, (answer) => {
			if (answer.statusCode !== 200) this.#end(`answered with ${answer.statusCode}`);
			const [, boundary = ''] = /boundary=(\S+)$/.exec(answer.headers['content-type'] ?? '') ?? [];
			const parts = new PartReader(boundary, () => this.#frame());
			answer.on('data', (chunk: Buffer) => parts.push(chunk));
			answer.on('error', ({ message }) => this.#end(message)).on('close', () => this.#end('closed'));
		});
		call.on('error', ({ message }) => this.#end(message));
	}
}
