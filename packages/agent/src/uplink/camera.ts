import type { Clock } from '@oriel/base';
import { type Announce, type ControlMessage, type FrameMessage, MAX_TEXT_LENGTH } from '@oriel/wire';
import type { Frame } from '../capture/source.ts';

/** The camera's number on the connection: this agent has one camera. */
const NUMBER = 1;

export type CameraFacts = Pick<Announce, 'name' | 'title' | 'codec' | 'capabilities'>;

/** What the relay is to know of our camera, whatever connection it learns it on. */
export class Camera {
	readonly #facts: CameraFacts;
	readonly #clock: Clock;
	#size = { width: 0, height: 0 };
	#trouble: ControlMessage | undefined;
	#reason: string | undefined;
	#stream = 0;
	#sequence = 0;

	constructor(facts: CameraFacts, clock: Clock) {
		this.#facts = facts;
		this.#clock = clock;
	}

	/** All that a relay has to be told which knows nothing yet. */
	introduction(): readonly ControlMessage[] {
		return this.#trouble ? [this.#announcement(), this.#trouble] : [this.#announcement()];
	}

	/** Numbers a picture. Every picture that the source makes gets a number, so that those not sent show as gaps. */
	number(frame: Frame): FrameMessage {
		const sequence = this.#sequence;
		this.#sequence = (sequence + 1) >>> 0;
		const { key, capturedAt, bytes: payload } = frame;
		return { type: 'frame', camera: NUMBER, key, sequence, capturedAt, payload };
	}

	/** Takes note of a picture. Returns what the relay has to be told before it: that a stream begins, or a new size. */
	took({ width, height }: Frame): readonly ControlMessage[] {
		const brokeOff = this.#trouble !== undefined && this.#sequence > 0;
		if (brokeOff) this.#stream++;
		this.#trouble = this.#reason = undefined;
		if (!brokeOff && width === this.#size.width && height === this.#size.height) return [];
		this.#size = { width, height };
		return [this.#announcement()];
	}

	/** Takes note that no pictures come. Returns what the relay has to be told: nothing if it is an old story. */
	stalled(reason: string): readonly ControlMessage[] {
		if (reason === this.#reason) return [];
		this.#reason = reason;
		const since = this.#clock.now();
		const words = reason.slice(0, MAX_TEXT_LENGTH);
		this.#trouble = { type: 'status', camera: NUMBER, state: 'stalled', since, reason: words };
		return [this.#trouble];
	}

	#announcement(): ControlMessage {
		return { type: 'announce', camera: NUMBER, ...this.#facts, ...this.#size, stream: this.#stream };
	}
}
