import type { Socket } from 'node:net';
import { type Clock, type Log, type Micros, micros, millis } from '@oriel/base';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/permissions.ts';
import { RelayError } from '../errors/relay-error.ts';
import { SAFE_HEADERS } from '../http/respond.ts';
import type { Exchange } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import type { Viewer } from '../hub/viewer.ts';
import { Position } from './position.ts';
import { preparedOnce } from './prepare.ts';

/** A viewer whose socket has not taken one whole picture in this time is gone, or too slow to be of use. */
const WRITE_STALL = micros(10_000);

const BOUNDARY = 'oriel-picture';

const FIRST_BOUNDARY = Buffer.from(`--${BOUNDARY}\r\n`, 'latin1');

const HEADERS = [
	'HTTP/1.1 200 OK',
	`content-type: multipart/x-mixed-replace; boundary=${BOUNDARY}`,
	// nginx would gather pictures and hand them out late.
	'x-accel-buffering: no',
	'connection: close',
	...Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}`),
];

/** The part of one picture. It ends with the next boundary, because browsers show a picture only when they have seen it. */
const partOf = preparedOnce(({ payload }: Frame): Buffer => {
	const head = Buffer.from(`Content-Type: image/jpeg\r\nContent-Length: ${payload.length}\r\n\r\n`, 'latin1');
	const tail = Buffer.from(`\r\n--${BOUNDARY}\r\n`, 'latin1');
	return Buffer.concat([head, payload, tail]);
});

export interface MjpegOptions {
	readonly clock: Clock;
	readonly log: Log;
	readonly access: Access;
	/** Ends all viewers when the relay stops. */
	readonly signal: AbortSignal;
}

/** Answers with an endless multipart body: the newest picture at once, then always the newest next, never a backlog. */
export function streamMjpeg(
	camera: Camera,
	{ request, response, who }: Exchange<Principal>,
	options: MjpegOptions,
): void {
	if (camera.format.codec !== 'jpeg') {
		throw new RelayError('not-supported', `This camera sends ${camera.format.codec}; stream.mjpg carries JPEG only`);
	}
	const socket = request.socket;
	// From here on the socket is ours alone: Node's response would copy, count and chunk what is ready to be sent.
	response.detachSocket(socket);
	silence(socket);
	socket.write([...HEADERS, `date: ${new Date(options.clock.wall()).toUTCString()}`, '', ''].join('\r\n'));
	if (request.method === 'HEAD') {
		socket.destroySoon();
		return;
	}
	new MjpegViewer(camera, socket, who, options).start();
}

/**
 * Takes the socket from Node's HTTP parser, which would answer a second request in the middle of the pictures. What a
 * viewer sends is of no interest, but its end is only seen by reading.
 */
function silence(socket: Socket): void {
	socket.removeAllListeners('data');
	socket.on('data', () => {});
	socket.setTimeout(0);
}

class MjpegViewer implements Viewer {
	readonly transport = 'mjpeg';
	readonly #camera: Camera;
	readonly #socket: Socket;
	readonly #who: Principal;
	readonly #options: MjpegOptions;
	readonly #openedAt: Micros;
	readonly #position: Position;
	/** When a tick last saw the viewer take pictures, and how many it had taken then. */
	#movedAt: Micros;
	#framesThen = 0;
	#endReason = 'the viewer left';

	constructor(camera: Camera, socket: Socket, who: Principal, options: MjpegOptions) {
		this.#camera = camera;
		this.#socket = socket;
		this.#who = who;
		this.#options = options;
		this.#position = new Position(camera, 'mjpeg');
		this.#openedAt = this.#movedAt = options.clock.now();
	}

	start(): void {
		const { access, signal } = this.#options;
		const letGo = access.lease(this.#who, () => this.#end('access was revoked'));
		const stop = () => this.#end('the relay stops');
		signal.addEventListener('abort', stop);
		this.#socket.once('close', () => {
			letGo();
			signal.removeEventListener('abort', stop);
			detach();
			this.#position.leave();
			this.#report();
		});
		this.#socket.on('error', () => this.#socket.destroy());
		this.#socket.write(FIRST_BOUNDARY, this.#pump);
		const detach = this.#camera.attach(this);
	}

	offer(): void {
		this.#pump();
	}

	tick(now: Micros): void {
		const { frames } = this.#position;
		if (this.#socket.writableLength === 0 || frames > this.#framesThen) {
			this.#movedAt = now;
			this.#framesThen = frames;
		} else if (now - this.#movedAt > WRITE_STALL) this.#end('the viewer takes nothing');
	}

	cameraRemoved(): void {
		this.#end('the camera was removed');
	}

	/** Sends the newest picture that the viewer lacks, if the socket has taken all that came before. */
	readonly #pump = (): void => {
		if (this.#socket.writableLength > 0) return;
		const frame = this.#position.next();
		if (!frame) return;
		const part = partOf(frame);
		const egress = this.#camera.counters.egress.mjpeg;
		egress.frames++;
		egress.bytes += part.length;
		this.#socket.write(part, this.#pump);
	};

	#end(reason: string): void {
		this.#endReason = reason;
		this.#socket.destroy();
	}

	#report(): void {
		const seconds = Math.round(millis(this.#options.clock.now() - this.#openedAt)) / 1000;
		const fields = { camera: this.#camera.name, transport: 'mjpeg', reason: this.#endReason, seconds };
		this.#options.log.info('viewer left', {
			...fields,
			frames: this.#position.frames,
			dropped: this.#position.dropped,
		});
	}
}
