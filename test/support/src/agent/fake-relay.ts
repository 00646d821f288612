import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ControlMessage, decode, encode, type FrameMessage, type Message, SUBPROTOCOL } from '@oriel/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** How a fake relay treats those who connect. */
export interface RelayBehavior {
	/** Status and body of a refusal; undefined: let in. */
	refuse?: { readonly status: number; readonly body?: string; readonly headers?: string } | undefined;
	/** Whether it says hello. */
	greets: boolean;
	/** What it can do, as its hello says. */
	capabilities: string[];
	/** Whether it acknowledges pictures. */
	acks: boolean;
}

/** One agent's connection, seen from the relay. */
export class FakeConnection {
	readonly headers: IncomingMessage['headers'];
	readonly path: string;
	readonly received: Message[] = [];
	readonly socket: WebSocket;
	isOpen = true;
	/** With which the agent closed. */
	closeCode: number | undefined;

	constructor(socket: WebSocket, request: IncomingMessage, behavior: RelayBehavior) {
		this.socket = socket;
		this.headers = request.headers;
		this.path = request.url ?? '';
		socket.on('close', (code) => {
			this.isOpen = false;
			this.closeCode = code;
		});
		socket.on('error', () => undefined);
		socket.on('message', (data) => {
			for (const message of decode(data as Buffer)) this.#take(message, behavior);
		});
		if (behavior.greets)
			this.send({ type: 'hello', version: 1, software: 'fake-relay', capabilities: behavior.capabilities });
	}

	get frames(): FrameMessage[] {
		return this.received.filter((message) => message.type === 'frame');
	}

	get types(): string[] {
		return this.received.map(({ type }) => type);
	}

	/** The newest message of a type. */
	last<T extends Message['type']>(type: T): (Message & { type: T }) | undefined {
		return this.received.filter((message): message is Message & { type: T } => message.type === type).at(-1);
	}

	send(message: Message | ControlMessage): void {
		this.socket.send(encode(message));
	}

	ack(sequence: number, camera = 1): void {
		this.send({ type: 'ack', camera, sequence, ageMs: undefined });
	}

	#take(message: Message, { acks }: RelayBehavior): void {
		this.received.push(message);
		if (message.type === 'frame' && acks) this.ack(message.sequence, message.camera);
	}
}

/** A relay on loopback that does as told. */
export class FakeRelay implements AsyncDisposable {
	readonly behavior: RelayBehavior = { greets: true, capabilities: [], acks: true };
	readonly connections: FakeConnection[] = [];
	refusals = 0;
	readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => pick(offered) });
	#server: Server | undefined;
	#port = 0;

	static async start(behavior: Partial<RelayBehavior> = {}): Promise<FakeRelay> {
		const relay = new FakeRelay();
		Object.assign(relay.behavior, behavior);
		await relay.listen();
		return relay;
	}

	get address(): string {
		return `127.0.0.1:${this.#port}`;
	}

	/** The newest connection. */
	get agent(): FakeConnection | undefined {
		return this.connections.at(-1);
	}

	/** Starts, or starts again at the same port. */
	async listen(): Promise<void> {
		const server = createServer((_request, answer) => answer.end('a web page'));
		server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
		await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
		this.#server = server;
		this.#port = (server.address() as AddressInfo).port;
	}

	/** Dies without a goodbye. */
	async kill(): Promise<void> {
		for (const { socket } of this.connections) socket.terminate();
		this.#server?.closeAllConnections();
		await new Promise((resolve) => this.#server?.close(resolve));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.kill();
	}

	#upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		const { refuse } = this.behavior;
		if (refuse) {
			this.refusals++;
			socket.on('error', () => undefined);
			const { status, headers = '', body = '' } = refuse;
			socket.end(
				`HTTP/1.1 ${status} No\r\n${headers}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
			);
			return;
		}
		this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
			this.connections.push(new FakeConnection(webSocket, request, this.behavior));
		});
	}
}

function pick(offered: Set<string>): string | false {
	return offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false;
}
