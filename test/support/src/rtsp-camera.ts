import { createHash } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';
import { Program } from './program.ts';

/** How a camera asks for a password. */
export interface RtspLogin {
	readonly scheme: 'Basic' | 'Digest';
	readonly user: string;
	readonly password: string;
}

export interface RtspCameraOptions {
	readonly codec?: 'h264' | 'hevc' | undefined;
	readonly login?: RtspLogin | undefined;
	/** From one picture to the next; default: 15 pictures a second. */
	readonly everySeconds?: number | undefined;
	/** From one key frame to the next, in pictures; default: 15, of a camera with `everySeconds` 1. */
	readonly keyEvery?: number | undefined;
	/** Default: 320x240. */
	readonly size?: string | undefined;
	/** Bits a second; default: as it comes. */
	readonly bitrate?: number | undefined;
	/** Sees each packet of RTP as it is passed on. */
	readonly onPacket?: ((packet: Buffer) => void) | undefined;
	/** Between two pictures that are shown in the order in which they come; default: 0. */
	readonly bFrames?: number | undefined;
}

interface Reply {
	readonly status: string;
	readonly headers?: readonly string[];
	readonly body?: string;
}

const REALM = 'fake camera';
/** For packets that wait while this process does something else: half a second of 4 Mbit/s, and what the system adds. */
const RECEIVE_BYTES = 4 << 20;
const NONCE = '0a4f113b';
const PATH = '/stream1';
const OK = '200 OK';
const SESSION = 'Session: 12345678';
const KNOWN = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN';

/**
 * A network camera that speaks RTSP (RFC 2326) over TCP, interleaved, with Basic or Digest. Its packets (RTP) are made by a
 * real ffmpeg that encodes a test picture, 320x240 at 15 pictures a second.
 */
export class RtspCamera implements AsyncDisposable {
	readonly #options: RtspCameraOptions;
	readonly #port: number;
	readonly #sockets = new Set<Socket>();
	readonly #playing = new Set<Socket>();
	#server: Server | undefined;
	#encoder: Program | undefined;
	#rtp: readonly UdpSocket[] = [];
	/** Requests that came with an Authorization, and right. */
	signIns = 0;

	private constructor(options: RtspCameraOptions, port: number) {
		this.#options = options;
		this.#port = port;
	}

	static async start(options: RtspCameraOptions = {}): Promise<RtspCamera> {
		const camera = new RtspCamera(options, await freePort());
		await camera.#encode();
		await camera.plug();
		return camera;
	}

	/** Its address with this login, `user:password@`. */
	url(login: string = '', path: string = PATH): string {
		return `rtsp://${login}127.0.0.1:${this.#port}${path}`;
	}

	/** Switches it on; the port stays the same. */
	async plug(): Promise<void> {
		const server = createServer((socket) => this.#serve(socket));
		await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
		this.#server = server;
	}

	/** Switches it off: all connections end, and none is answered. */
	async unplug(): Promise<void> {
		for (const socket of this.#sockets) socket.destroy();
		await new Promise((resolve) => this.#server?.close(resolve));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.unplug();
		await this.#encoder?.end();
		for (const socket of this.#rtp) socket.close();
	}

	async #encode(): Promise<void> {
		const port = await this.#listenForRtp();
		const encoder = this.#options.codec === 'hevc' ? ['libx265', '-x265-params', 'log-level=none'] : ['libx264'];
		const { everySeconds, size = '320x240', bitrate, bFrames = 0 } = this.#options;
		const { keyEvery = everySeconds === undefined ? 15 : 1 } = this.#options;
		const rate = everySeconds === undefined ? '15' : `1/${everySeconds}`;
		const picture = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}`];
		const group = ['-g', `${keyEvery}`, '-bf', `${bFrames}`, '-pix_fmt', 'yuv420p'];
		const quick = [
			'-preset',
			'ultrafast',
			...(bFrames > 0 ? ['-flags', '+global_header'] : ['-tune', 'zerolatency']),
			...group,
		];
		const out = ['-f', 'rtp', `rtp://127.0.0.1:${port}?pkt_size=1200`];
		this.#encoder = new Program('ffmpeg', [
			'-hide_banner',
			'-nostdin',
			...picture,
			'-c:v',
			...encoder,
			...quick,
			...(bitrate === undefined ? [] : ['-b:v', `${bitrate}`, '-maxrate', `${bitrate}`, '-bufsize', `${bitrate}`]),
			'-bsf:v',
			'dump_extra',
			...out,
		]);
		await this.#encoder.said(/a=rtpmap:96/);
	}

	/** RTP comes to an even port, its reports to the next one. */
	async #listenForRtp(): Promise<number> {
		for (;;) {
			const rtp = await bound(0);
			const { port } = rtp.address();
			const reports = port % 2 === 0 ? await bound(port + 1).catch(() => undefined) : undefined;
			if (!reports) {
				rtp.close();
				continue;
			}
			rtp.on('message', (packet) => this.#send(packet));
			this.#rtp = [rtp, reports];
			return port;
		}
	}

	/** RFC 2326 10.12: `$`, the channel, the length. */
	#send(packet: Buffer): void {
		this.#options.onPacket?.(packet);
		const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]);
		for (const socket of this.#playing) socket.write(Buffer.concat([head, packet]));
	}

	#serve(socket: Socket): void {
		this.#sockets.add(socket);
		socket.on('error', () => undefined);
		socket.on('close', () => {
			this.#sockets.delete(socket);
			this.#playing.delete(socket);
		});
		let pending = '';
		socket.on('data', (chunk) => {
			// What a player sends interleaved are reports of its own; they hold no empty line.
			pending += chunk.toString('latin1');
			for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
				const request = pending.slice(0, end);
				pending = pending.slice(end + 4);
				this.#answer(request.slice(Math.max(0, request.search(/[A-Z_]+ rtsp:/))), socket);
			}
		});
	}

	#answer(request: string, socket: Socket): void {
		const [method = '', uri = ''] = request.split(' ', 2);
		const [, sequence = '0'] = /^CSeq: *(\d+)/im.exec(request) ?? [];
		const { status, headers = [], body = '' } = this.#replyTo(method, uri, request);
		const length = body === '' ? [] : [`Content-Length: ${body.length}`];
		socket.write([`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers, ...length, '', body].join('\r\n'));
		if (method === 'PLAY' && status === OK) this.#playing.add(socket);
	}

	#replyTo(method: string, uri: string, request: string): Reply {
		if (method === 'OPTIONS') return { status: OK, headers: [`Public: ${KNOWN}`] };
		if (!this.#isAllowed(method, request)) return { status: '401 Unauthorized', headers: [this.#challenge()] };
		if (!new URL(uri).pathname.startsWith(PATH)) return { status: '404 Not Found' };
		switch (method) {
			case 'DESCRIBE': {
				const headers = ['Content-Type: application/sdp', `Content-Base: ${uri}/`];
				return { status: OK, headers, body: this.#description() };
			}
			case 'SETUP':
				return { status: OK, headers: [SESSION, 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1'] };
			default:
				return { status: OK, headers: [SESSION] };
		}
	}

	/** What ffmpeg has said of its stream, with the names that RTSP needs. */
	#description(): string {
		const lines = (this.#encoder?.stdout ?? '').split(/\r?\n/).filter((line) => /^(a=rtpmap|a=fmtp)/.test(line));
		const head = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=fake camera', 't=0 0', 'a=control:*', 'm=video 0 RTP/AVP 96'];
		return [...head, ...lines, 'a=control:track1', ''].join('\r\n');
	}

	#challenge(): string {
		const nonce = this.#options.login?.scheme === 'Digest' ? `, nonce="${NONCE}"` : '';
		return `WWW-Authenticate: ${this.#options.login?.scheme} realm="${REALM}"${nonce}`;
	}

	#isAllowed(method: string, request: string): boolean {
		const { login } = this.#options;
		if (!login) return true;
		const [, given = ''] = /^Authorization: *(.*)$/im.exec(request) ?? [];
		const { user, password, scheme } = login;
		const [, uri = ''] = /uri="([^"]*)"/.exec(given) ?? [];
		const who = md5(`${user}:${REALM}:${password}`);
		const right =
			scheme === 'Basic'
				? given === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
				: given.includes(`response="${md5(`${who}:${NONCE}:${md5(`${method}:${uri}`)}`)}"`);
		if (right) this.signIns++;
		return right;
	}
}

function md5(text: string): string {
	return createHash('md5').update(text).digest('hex');
}

function bound(port: number): Promise<UdpSocket> {
	return new Promise((resolve, reject) => {
		const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BYTES });
		socket.once('error', reject);
		socket.bind(port, '127.0.0.1', () => resolve(socket));
	});
}
