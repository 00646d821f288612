import { heldBytes, type Micros, ownedBytes } from '@oriel/base';
import type { FrameMessage } from '@oriel/wire';

/** Frames of one group that may wait: five seconds at thirty a second. Who is further behind waits for a key frame. */
export const MAX_WAITING_FRAMES = 150;
/**
 * The same while the camera is paused: what is buffered then is for the next viewer, where key frames are rare. Twice a group of x264's
 * default, and with a presentation each fewer messages than a relay takes at once.
 */
export const MAX_RESTING_FRAMES = 500;
/** Bytes of one group that may wait, unless one frame alone has more: five seconds at 12 Mbit/s. */
export const MAX_WAITING_BYTES: number = 8 * 1024 * 1024;

/**
 * The frames that cannot be sent yet: the newest key frame, if that is among them, and what follows it. Of JPEGs, which
 * are all key frames, that is the newest one. No delta frame leaves it unless all have left that it depends on.
 */
export class Waiting {
	#frames: FrameMessage[] = [];
	#bytes = 0;
	/** Whether a delta frame may follow what waits or was taken last. */
	#isOpen = false;
	#dropped = 0;
	#most = MAX_WAITING_FRAMES;
	#isResting = false;

	/** Frames that will never be taken. */
	get dropped(): number {
		return this.#dropped;
	}

	/** The camera is paused, so that nothing is taken out; or it resumes. */
	rest(isResting: boolean): void {
		this.#isResting = isResting;
		if (isResting) this.#most = MAX_RESTING_FRAMES;
	}

	/** Takes the camera's next frame in; false if it is of no use before the next key frame. */
	add(given: FrameMessage): boolean {
		// What waits must not keep the buffer around it.
		const payload = ownedBytes(given.payload);
		const frame = payload === given.payload ? given : { ...given, payload };
		if (frame.key) this.#drop();
		this.#isOpen ||= frame.key;
		this.#frames.push(frame);
		this.#bytes += heldBytes(frame.payload);
		if (this.#isTooMuch()) this.#isOpen = false;
		if (!this.#isOpen) this.#drop();
		return this.#isOpen;
	}

	/** How much older the first is than the last. */
	get span(): Micros {
		const [first] = this.#frames;
		const last = this.#frames.at(-1);
		return first && last ? last.capturedAt - first.capturedAt : 0;
	}

	/** Whether there is none to take. */
	get isEmpty(): boolean {
		return this.#frames.length === 0;
	}

	/** Takes out the frame that has to go next. */
	take(): FrameMessage | undefined {
		const frame = this.#frames.shift();
		this.#bytes -= frame ? heldBytes(frame.payload) : 0;
		// A long group that has waited goes out as a whole: frames that come meanwhile do not end it.
		if (!this.#isResting) this.#most = Math.min(this.#most, this.#frames.length + MAX_WAITING_FRAMES);
		return frame;
	}

	/** Throws all away. */
	clear(): void {
		this.#drop();
		this.#isOpen = false;
	}

	#isTooMuch(): boolean {
		const { length } = this.#frames;
		return length > this.#most || (length > 1 && this.#bytes > MAX_WAITING_BYTES);
	}

	#drop(): void {
		this.#dropped += this.#frames.length;
		this.#frames = [];
		this.#bytes = 0;
	}
}
