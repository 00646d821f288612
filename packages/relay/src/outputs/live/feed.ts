import { type Cancel, type Clock, type Micros, micros, millis } from '@oriel/base';
import { encodeFrame } from '@oriel/protocol';
import { CongestionController, type EncodedFrame, ReadCursor } from '@oriel/stream';
import type { Egress } from '../../core/counters.ts';
import type { Track } from '../../core/track.ts';
import type { Viewer, ViewerFacts } from '../../core/viewer.ts';
import type { Connection } from '../../socket/connection.ts';
import { MAX_WEBSOCKET_HEADER_BYTES, wrapWebSocketFrame } from '../../socket/websocket-frame.ts';

import { preparedOnce } from '../prepare.ts';
import { Pressure } from './pressure.ts';

/** What a feed takes, in bytes, while nothing is on its way. Measured. */
export const FEED_BYTES = 1024;
/** What it takes for each picture that is on its way, the picture left out. */
const IN_FLIGHT_BYTES = 128;

/** Of JPEGs, which are all key frames, a viewer that wants few gets at most five a second. */
const THIN_INTERVAL: Micros = micros(200);

/** What a viewer's connection carries, beside what the camera sends. */
export interface Carries {
	/** Of this camera, in bits a second. While it carries all there is, it may well carry more. */
	readonly bitsPerSecond: number;
	readonly neededBitsPerSecond: number;
	/** It has not carried everything lately. */
	readonly isBehind: boolean;
	/** Of H.264, it has carried key frames alone lately. */
	readonly isKeysOnly: boolean;
}

/** What a feed needs of the connection: the socket, and whether pictures may still be written to it. */
export type Way = Pick<Connection, 'socket' | 'isOpen' | 'onWritten'>;

/** A whole WebSocket message of one picture, ready to be written as it is to any number of viewers. */
const messageOf = preparedOnce((frame: EncodedFrame): Buffer => {
	const bytes = encodeFrame(frame, frame.track.number, MAX_WEBSOCKET_HEADER_BYTES);
	return wrapWebSocketFrame(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
});

/** One camera on one viewer's socket. It sends what the viewer lacks when the path is free, and keeps nothing waiting. */
export class LiveFeed implements Viewer {
	readonly transport = 'live';
	readonly #track: Track;
	readonly #way: Way;
	readonly #clock: Clock;
	readonly #onWritten: () => void;
	readonly #removed: () => void;
	readonly #congestion = new CongestionController();
	readonly #pressure = new Pressure();
	readonly #cursor: ReadCursor;
	readonly #egress: Egress;
	readonly #since: Micros;
	/** Key frames alone, and no more than one each THIN_INTERVAL: for a viewer whose device can show no more. */
	isThin = false;
	#thinAt: Micros = Number.NEGATIVE_INFINITY;
	/** What the viewer told last of the age of what it shows. */
	shown: ViewerFacts['shown'];
	#cancelLook: Cancel | undefined;
	/** What the last look has written, until it is known whether the socket takes it at once. */
	readonly #written: Buffer[] = [];

	/** `written` is called whenever the socket has taken something; `removed` when the camera is no more. */
	constructor(track: Track, way: Way, clock: Clock, written: () => void, removed: () => void) {
		this.#track = track;
		this.#way = way;
		this.#clock = clock;
		this.#onWritten = written;
		this.#removed = removed;
		const egress = track.counters.egress('live');
		this.#egress = egress;
		this.#cursor = new ReadCursor(track, (skipped) => {
			egress.droppedBehind += skipped;
		});
		this.#since = clock.now();
	}

	/** Pictures sent, and pictures passed over. */
	get counts(): { readonly frames: number; readonly dropped: number } {
		return { frames: this.#cursor.frames, dropped: this.#cursor.skipped };
	}

	/** Memory that it takes beside FEED_BYTES, in bytes, pictures left out. */
	get inFlightBytes(): number {
		return this.#congestion.count * IN_FLIGHT_BYTES;
	}

	get facts(): ViewerFacts {
		const { frames, skipped: dropped } = this.#cursor;
		return { since: this.#since, frames, dropped, shown: this.shown };
	}

	offer(): void {
		this.pump();
	}

	/** The viewer has all up to `sequence`, which its device held for at most `held`; false if that was not on its way. */
	acknowledged(sequence: number, held: Micros = 0): boolean {
		const before = this.#congestion.count;
		this.#congestion.onAck(sequence, this.#clock.now(), held);
		const isNews = this.#congestion.count < before;
		this.pump();
		return isNews;
	}

	/** What the way to the viewer carries; undefined before the first acknowledgement. */
	get carries(): Carries | undefined {
		const { deliveryRate } = this.#congestion;
		if (deliveryRate === undefined) return undefined;
		const { bitsPerSecond } = this.#track;
		const { isBehind, getsKeysOnly } = this.#pressure;
		const isKeysOnly = getsKeysOnly && this.#track.format.codec === 'h264';
		return { bitsPerSecond: deliveryRate, neededBitsPerSecond: bitsPerSecond, isBehind, isKeysOnly };
	}

	/**
	 * Sends what the viewer lacks and what may go now; true if that was anything. It looks again automatically when the path
	 * is expected to be free for the next.
	 */
	pump(): boolean {
		this.#cancelLook?.();
		this.#cancelLook = undefined;
		const { socket, isOpen } = this.#way;
		if (!isOpen || socket.writableLength > 0) return false;
		const before = this.#cursor.frames;
		// The frames of a group leave in few writes.
		socket.cork();
		try {
			for (let follows = false; this.#sendNext(follows); follows = true);
		} finally {
			socket.uncork();
		}
		if (this.#written.length > 0) {
			this.#way.onWritten(this.#written);
			this.#written.length = 0;
		}
		this.#lookAgain();
		return this.#cursor.frames > before;
	}

	#sendNext(follows: boolean): boolean {
		const now = this.#clock.now();
		const may = follows ? this.#congestion.mayFollow(now) : this.#congestion.maySend(now);
		const frame = may ? this.#next(now) : undefined;
		if (!frame) return false;
		this.#congestion.onSent(frame.sequence, frame.data.length, now, follows);
		this.#send(frame);
		return true;
	}

	#next(now: Micros): EncodedFrame | undefined {
		if (this.isThin) return this.#nextThin(now);
		const { skipped } = this.#cursor;
		const frame = this.#cursor.next();
		if (!frame) return undefined;
		const { key, receivedAt } = frame;
		const lag = (this.#track.newest?.receivedAt ?? receivedAt) - receivedAt;
		this.#pressure.took({ key, missed: this.#cursor.skipped - skipped, lag, now });
		return frame;
	}

	#nextThin(now: Micros): EncodedFrame | undefined {
		if (now - this.#thinAt < THIN_INTERVAL) return undefined;
		const frame = this.#cursor.nextKey();
		if (frame) this.#thinAt = now;
		return frame;
	}

	/** Frames wait for nothing but the path; if that gets free without an acknowledgement, nothing else would wake us. */
	#lookAgain(): void {
		const now = this.#clock.now();
		const ready = this.#cursor.isBehind ? this.#congestion.readyAt(now) : undefined;
		if (ready === undefined || ready <= now) return;
		this.#cancelLook = this.#clock.after(Math.ceil(millis(ready - now)), () => this.pump());
	}

	/** The viewer watches the camera no more. */
	leave(): void {
		this.#cancelLook?.();
		this.#cursor.close();
	}

	cameraRemoved(): void {
		this.#removed();
	}

	#send(frame: EncodedFrame): void {
		const message = messageOf(frame, this.#track);
		this.#egress.frames++;
		this.#egress.bytes += message.length;
		this.#written.push(message);
		this.#way.socket.write(message, this.#onWritten);
	}
}
