import { micros } from '@oriel/base';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import { ahead } from '../hub/group.ts';
import type { Transport } from '../hub/viewer.ts';

/** A viewer that is this far behind in a group is better served by a new one, if the camera can make it. */
const TOO_OLD = micros(700);

/**
 * Where one viewer stands in a camera's frames. It holds a number, not pictures: what is behind is the camera's to keep or
 * to drop, so that no viewer can hold memory.
 */
export class Position {
	readonly #camera: Camera;
	readonly #transport: Transport;
	#last: number | undefined;
	/** Frames taken so far. */
	frames = 0;
	/** Frames passed over so far. */
	dropped = 0;

	constructor(camera: Camera, transport: Transport) {
		this.#camera = camera;
		this.#transport = transport;
	}

	/** Takes the frame that is needed next, if it is there. */
	next(): Frame | undefined {
		const newest = this.#camera.newest;
		if (newest === undefined || newest.sequence === this.#last) return undefined;
		const frame = this.#camera.after(this.#last);
		if (!frame) {
			// There are newer frames, but nobody can join their group any more.
			this.#camera.requestKey();
			return undefined;
		}
		this.#take(frame);
		if (!frame.key && newest.receivedAt - frame.receivedAt > TOO_OLD) this.#camera.requestKey();
		return frame;
	}

	/** Whether there is a frame that has not been taken. */
	get isBehind(): boolean {
		const newest = this.#camera.newest;
		return newest !== undefined && newest.sequence !== this.#last;
	}

	/** The viewer leaves: what it has not taken it will never get. */
	leave(): void {
		const newest = this.#camera.newest?.sequence;
		if (newest !== undefined && this.#last !== undefined) this.#passOver(ahead(newest, this.#last));
		this.#last = newest;
	}

	#take({ sequence }: Frame): void {
		const missed = this.#last === undefined ? 0 : ahead(sequence, this.#last) - 1;
		if (missed > 0) this.#passOver(missed);
		this.#last = sequence;
		this.frames++;
	}

	#passOver(count: number): void {
		this.dropped += count;
		this.#camera.counters.egress[this.#transport].droppedBehind += count;
	}
}
