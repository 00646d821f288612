import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What a request is answered with. `false`: with nothing. */
export interface RtspAnswer {
	readonly status?: string;
	readonly headers?: readonly string[];
	readonly body?: string;
	/** Sent in place of all that, byte for byte. */
	readonly raw?: string | Uint8Array;
}

export interface RtspRequest {
	readonly method: string;
	readonly url: string;
	/** All of it, for looking into its headers. */
	readonly text: string;
	readonly socket: Socket;
	/** Requests before it on this connection. */
	readonly index: number;
}

/** What a camera says to a request; undefined: what a good one says. */
export type RtspBehaviour = (request: RtspRequest) => RtspAnswer | false | undefined;

export const SDP = [
	...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=camera', 't=0 0', 'a=control:*'],
	...['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:track1', ''],
].join('\r\n');

/** A camera in this process that says over RTSP what a test tells it to, byte for byte. */
export class ScriptedRtsp implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	/** Of all connections, in order. */
	readonly requests: RtspRequest[] = [];
	/** Bytes that came and belong to no request: reports. */
	readonly packets: Buffer[] = [];

	private constructor(behave: RtspBehaviour, tls: { readonly cert: string; readonly key: string } | undefined) {
		const serve = (socket: Socket) => this.#serve(socket, behave);
		this.#server = tls ? createTlsServer(tls, serve) : createPlainServer(serve);
		if (tls) this.#server.on('tlsClientError', () => undefined);
	}

	static async start(
		behave: RtspBehaviour = () => undefined,
		tls?: { readonly cert: string; readonly key: string },
	): Promise<ScriptedRtsp> {
		const camera = new ScriptedRtsp(behave, tls);
		await new Promise<void>((resolve) => camera.#server.listen(0, '127.0.0.1', resolve));
		return camera;
	}

	get port(): number {
		const address = this.#server.address();
		return typeof address === 'object' && address ? address.port : 0;
	}

	url(login = '', path = '/live'): string {
		return `rtsp://${login}127.0.0.1:${this.port}${path}`;
	}

	/** Connections that are open. */
	get open(): number {
		return this.#sockets.size;
	}

	/** Which requests came, by their methods. */
	get methods(): string[] {
		return this.requests.map(({ method }) => method);
	}

	/** A packet on a channel, to every client. */
	send(packet: Uint8Array, channel = 0): void {
		for (const socket of this.#sockets) socket.write(interleaved(packet, channel));
	}

	/** Bytes to every client. */
	write(bytes: Uint8Array | string): void {
		for (const socket of this.#sockets) socket.write(bytes);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.close();
	}

	close(): void {
		for (const socket of this.#sockets) socket.destroy();
		this.#server.close();
	}

	#serve(socket: Socket, behave: RtspBehaviour): void {
		this.#sockets.add(socket);
		socket.setNoDelay(true);
		socket.on('error', () => undefined);
		socket.on('close', () => this.#sockets.delete(socket));
		let pending = Buffer.alloc(0);
		let index = 0;
		socket.on('data', (bytes: Buffer) => {
			pending = Buffer.concat([pending, bytes]);
			for (;;) {
				if (pending[0] === 0x24) {
					if (pending.length < 4 || pending.length < 4 + pending.readUInt16BE(2)) return;
					const end = 4 + pending.readUInt16BE(2);
					this.packets.push(pending.subarray(0, end));
					pending = pending.subarray(end);
					continue;
				}
				const end = pending.indexOf('\r\n\r\n');
				if (end < 0) return;
				const text = pending.toString('latin1', 0, end);
				pending = pending.subarray(end + 4);
				this.#answer({ text, socket, index: index++ }, behave);
			}
		});
	}

	#answer({ text, socket, index }: Pick<RtspRequest, 'text' | 'socket' | 'index'>, behave: RtspBehaviour): void {
		const [method = '', url = ''] = text.split(' ', 2);
		const request = { method, url, text, socket, index };
		this.requests.push(request);
		const told = behave(request);
		if (told === false) return;
		if (told?.raw !== undefined) {
			socket.write(told.raw);
			return;
		}
		const usual = usualAnswer(method);
		const { status = usual.status, headers = usual.headers ?? [], body = usual.body ?? '' } = told ?? {};
		const sequence = /^CSeq: *(\d+)/im.exec(text)?.[1] ?? '0';
		socket.write(rtspReply(status ?? '200 OK', [`CSeq: ${sequence}`, ...headers], body));
	}
}

/** A reply, byte for byte. */
export function rtspReply(status: string, headers: readonly string[], body = ''): string {
	const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
	return [`RTSP/1.0 ${status}`, ...headers, ...length, '', body].join('\r\n');
}

/** A packet between the messages (RFC 2326 10.12). */
export function interleaved(packet: Uint8Array, channel = 0): Buffer {
	return Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]), packet]);
}

function usualAnswer(method: string): RtspAnswer {
	switch (method) {
		case 'OPTIONS':
			return { headers: ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN'] };
		case 'DESCRIBE':
			return { headers: ['Content-Type: application/sdp'], body: SDP };
		case 'SETUP':
			return { headers: ['Session: 4711;timeout=60', 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1'] };
		default:
			return { headers: ['Session: 4711'] };
	}
}
