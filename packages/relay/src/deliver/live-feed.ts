import type { Clock } from '@oriel/base';
import { encodeFrame, InFlight } from '@oriel/wire';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import type { Viewer } from '../hub/viewer.ts';
import type { Talk } from '../socket/talk.ts';
import { preparedOnce } from './prepare.ts';
import { MAX_WEBSOCKET_HEADER_BYTES, wrapWebSocketFrame } from './websocket-frame.ts';

/** What a feed needs of the conversation: the socket, and whether pictures may still be written to it. */
export type Way = Pick<Talk, 'socket' | 'isOpen'>;

/** A whole WebSocket message of one picture, ready to be written as it is to any number of viewers. */
const messageOf = preparedOnce((frame: Frame): Buffer => {
	const bytes = encodeFrame(frame, MAX_WEBSOCKET_HEADER_BYTES);
	return wrapWebSocketFrame(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
});

/** One camera on one viewer's socket. It sends a picture when the path is free and keeps at most the newest waiting. */
export class LiveFeed implements Viewer {
	readonly transport = 'live';
	readonly #camera: Camera;
	readonly #way: Way;
	readonly #clock: Clock;
	readonly #written: () => void;
	readonly #removed: () => void;
	readonly #inFlight = new InFlight();
	#waiting: Frame | undefined;
	/** Pictures sent and passed over, for the log. */
	frames = 0;
	dropped = 0;

	/** `written` is called whenever the socket has taken something; `removed` when the camera is no more. */
	constructor(camera: Camera, way: Way, clock: Clock, written: () => void, removed: () => void) {
		this.#camera = camera;
		this.#way = way;
		this.#clock = clock;
		this.#written = written;
		this.#removed = removed;
	}

	offer(frame: Frame): void {
		if (this.#waiting) this.#countDrop();
		this.#waiting = frame;
		this.pump();
	}

	/** The viewer has shown all up to `sequence`; false if that picture was not on its way. */
	acknowledged(sequence: number): boolean {
		const before = this.#inFlight.count;
		this.#inFlight.acknowledged(sequence, this.#clock.now());
		const isNews = this.#inFlight.count < before;
		this.pump();
		return isNews;
	}

	/** Sends what waits, if it may go now; true if it did. */
	pump(): boolean {
		const frame = this.#waiting;
		const { socket, isOpen } = this.#way;
		if (!frame || !isOpen || socket.writableLength > 0 || !this.#inFlight.maySend(this.#clock.now())) return false;
		this.#waiting = undefined;
		const message = messageOf(frame);
		const egress = this.#camera.counters.egress.live;
		egress.frames++;
		egress.bytes += message.length;
		this.frames++;
		this.#inFlight.sent(frame.sequence, this.#clock.now());
		socket.write(message, this.#written);
		return true;
	}

	cameraRemoved(): void {
		this.#removed();
	}

	#countDrop(): void {
		this.dropped++;
		this.#camera.counters.egress.live.droppedBehind++;
	}
}
