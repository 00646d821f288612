import type { Clock } from '@oriel/base';
import { encodeFrame, InFlight } from '@oriel/wire';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import type { Viewer } from '../hub/viewer.ts';
import type { Talk } from '../socket/talk.ts';
import { MAX_WEBSOCKET_HEADER_BYTES, wrapWebSocketFrame } from '../socket/websocket-frame.ts';
import { Position } from './position.ts';
import { preparedOnce } from './prepare.ts';

/** Of a long group so much goes at once: answers to pings, and other cameras, get in before the rest. */
export const MAX_BURST_BYTES = 1024 * 1024;

/** What a feed needs of the conversation: the socket, and whether pictures may still be written to it. */
export type Way = Pick<Talk, 'socket' | 'isOpen'>;

/** A whole WebSocket message of one picture, ready to be written as it is to any number of viewers. */
const messageOf = preparedOnce((frame: Frame): Buffer => {
	const bytes = encodeFrame(frame, MAX_WEBSOCKET_HEADER_BYTES);
	return wrapWebSocketFrame(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
});

/** One camera on one viewer's socket. It sends what the viewer lacks when the path is free, and keeps nothing waiting. */
export class LiveFeed implements Viewer {
	readonly transport = 'live';
	readonly #camera: Camera;
	readonly #way: Way;
	readonly #clock: Clock;
	readonly #written: () => void;
	readonly #removed: () => void;
	readonly #inFlight = new InFlight();
	readonly #position: Position;

	/** `written` is called whenever the socket has taken something; `removed` when the camera is no more. */
	constructor(camera: Camera, way: Way, clock: Clock, written: () => void, removed: () => void) {
		this.#camera = camera;
		this.#way = way;
		this.#clock = clock;
		this.#written = written;
		this.#removed = removed;
		this.#position = new Position(camera, 'live');
	}

	/** Pictures sent, and pictures passed over. */
	get counts(): { readonly frames: number; readonly dropped: number } {
		return this.#position;
	}

	offer(): void {
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

	/**
	 * Sends what the viewer lacks, if anything may go now; true if it did. That is one picture as a rule; for a newcomer
	 * it is the group, which counts as one under way, so that it arrives in one round trip unless it is very long.
	 */
	pump(): boolean {
		const { socket, isOpen } = this.#way;
		const now = this.#clock.now();
		if (!isOpen || socket.writableLength > 0 || !this.#inFlight.maySend(now)) return false;
		const frame = this.#position.next();
		if (!frame) return false;
		// The frames of a group leave in few writes.
		socket.cork();
		try {
			const last = this.#sendAllBut(frame);
			this.#inFlight.sent(last.sequence, now);
			this.#send(last, this.#written);
		} finally {
			socket.uncork();
		}
		return true;
	}

	/** Sends `frame` and what follows it that the viewer lacks, but for the last one, which it gives back. */
	#sendAllBut(frame: Frame): Frame {
		let last = frame;
		for (let bytes = frame.payload.length; bytes < MAX_BURST_BYTES; bytes += last.payload.length) {
			const next = this.#position.next();
			if (!next) break;
			this.#send(last);
			last = next;
		}
		return last;
	}

	/** The viewer watches the camera no more. */
	leave(): void {
		this.#position.leave();
	}

	cameraRemoved(): void {
		this.#removed();
	}

	#send(frame: Frame, written?: () => void): void {
		const message = messageOf(frame);
		const egress = this.#camera.counters.egress.live;
		egress.frames++;
		egress.bytes += message.length;
		this.#way.socket.write(message, written);
	}
}
