import type { Micros } from '@oriel/base';
import type { ReceivedFrame } from '../../../../packages/web/src/player/connection/received-frame.ts';
import type { H264Setup } from '../../../../packages/web/src/player/picture/h264-setup.ts';
import type { Decoder, TimedFrame } from '../../../../packages/web/src/player/picture/webcodecs-renderer.ts';

/** A decoded frame that notes whether it was let go of. */
export class FakeFrame implements TimedFrame {
	readonly displayWidth = 64;
	readonly displayHeight = 48;
	readonly timestamp: Micros;
	closed = 0;

	constructor(timestamp: Micros) {
		this.timestamp = timestamp;
	}

	close(): void {
		this.closed++;
	}
}

/** A decoder that gives its frames when the test wants them. */
export class FakeDecoder implements Decoder {
	decodeQueueSize = 0;
	readonly configured: H264Setup[] = [];
	readonly taken: ReceivedFrame[] = [];
	readonly frames: FakeFrame[] = [];
	readonly output: (frame: FakeFrame) => void;
	readonly error: (error: Error) => void;
	/** Thrown by the next `decode`. */
	failure: Error | undefined;
	closed = false;
	#waiting: Micros[] = [];

	constructor(output: (frame: FakeFrame) => void, error: (error: Error) => void) {
		this.output = output;
		this.error = error;
	}

	configure(setup: H264Setup): void {
		this.configured.push(setup);
	}

	decode(picture: ReceivedFrame, timestamp: Micros): void {
		if (this.failure) throw this.failure;
		this.taken.push(picture);
		this.#waiting.push(timestamp);
	}

	close(): void {
		this.closed = true;
	}

	/** Gives so many frames, or all. */
	give(count = this.#waiting.length): void {
		for (const timestamp of this.#waiting.splice(0, count)) {
			const frame = new FakeFrame(timestamp);
			this.frames.push(frame);
			this.output(frame);
		}
	}
}

/** Screen refreshes in the hands of the test. */
export class FakeScreen {
	readonly #actions = new Set<() => void>();

	readonly atRefresh = (action: () => void): (() => void) => {
		this.#actions.add(action);
		return () => this.#actions.delete(action);
	};

	refresh(): void {
		const actions = [...this.#actions];
		this.#actions.clear();
		for (const action of actions) action();
	}
}
