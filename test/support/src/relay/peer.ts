import { type Announce, decode, encode, type FrameMessage, type Message, SUBPROTOCOL } from '@oriel/protocol';
import { WebSocket } from 'ws';
import { until } from '../turns.ts';

/** The other end of a connection in oriel.v1: an agent or a viewer that does as told. */
export class Peer implements AsyncDisposable {
	readonly socket: WebSocket;
	readonly received: Message[] = [];
	/** Close code, once closed. */
	code: number | undefined;
	/** Frames are not kept but handed over, if there is someone. */
	onFrame: ((frame: FrameMessage) => void) | undefined;

	constructor(url: string, secret: string, headers: Record<string, string> = {}) {
		this.socket = new WebSocket(url, SUBPROTOCOL, {
			headers: { ...(secret ? { authorization: `Bearer ${secret}` } : {}), ...headers },
			perMessageDeflate: false,
			maxPayload: 128 * 1024 * 1024,
		});
		this.socket.on('message', (data: Buffer) => {
			for (const message of decode(data, { maxPictureBytes: 128 * 1024 * 1024 })) this.#take(message);
		});
		this.socket.on('error', () => undefined);
		this.socket.on('close', (code) => {
			this.code = code;
		});
	}

	/** Opens the connection and awaits the relay's hello. */
	static async open(url: string, secret: string, headers?: Record<string, string>): Promise<Peer> {
		const peer = new Peer(url, secret, headers);
		await until(() => peer.received.length > 0 || peer.code !== undefined);
		if (peer.code !== undefined) throw new Error(`${url} closed with ${peer.code}`);
		return peer;
	}

	get frames(): FrameMessage[] {
		return this.all('frame');
	}

	all<T extends Message['type']>(type: T): (Message & { type: T })[] {
		return this.received.filter((message): message is Message & { type: T } => message.type === type);
	}

	/** The newest message of a type. */
	last<T extends Message['type']>(type: T): (Message & { type: T }) | undefined {
		return this.all(type).at(-1);
	}

	send(message: Message): void {
		this.socket.send(encode(message));
	}

	/** As an agent: says which camera it is. */
	announce(name: string, more: Partial<Announce> = {}): void {
		const size = { width: 16, height: 16 };
		const facts: Announce = { name, title: name, codec: 'jpeg', ...size, stream: 0, capabilities: [], ...more };
		this.send({ type: 'announce', camera: 1, ...facts });
	}

	/** As an agent: sends a picture, one that stands alone unless told otherwise. */
	frame(sequence: number, data: Uint8Array, capturedAt = 0, key = true): void {
		this.send({ type: 'frame', camera: 1, key, sequence, capturedAt, data });
	}

	/** As a viewer. */
	watch(...cameras: string[]): void {
		this.send({ type: 'watch', cameras });
	}

	ack({ camera, sequence }: FrameMessage, ageMs?: number): void {
		this.send({ type: 'ack', camera, sequence, ageMs });
	}

	/** Resolves with the close code. */
	closed(): Promise<number> {
		return until(() => this.code);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.socket.terminate();
		await until(() => this.code !== undefined);
	}

	#take(message: Message): void {
		if (message.type === 'frame' && this.onFrame) this.onFrame(message);
		else this.received.push(message);
	}
}
