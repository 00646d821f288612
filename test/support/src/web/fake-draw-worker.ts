import type {
	FromDrawWorker,
	ToDrawWorker,
} from '../../../../packages/web/src/player/picture/surface/draw-messages.ts';
import type { WorkerLike } from '../../../../packages/web/src/player/picture/surface/draw-thread.ts';
import { serveDrawing } from '../../../../packages/web/src/player/picture/surface/serve-drawing.ts';
import { fakeDecode } from './fake-canvas.ts';
import { FakeFrame } from './fake-decoder.ts';

/** The worker's own code behind a Worker whose messages go when the test wants. */
export class FakeDrawWorker implements WorkerLike {
	onmessage: WorkerLike['onmessage'] = null;
	onerror: WorkerLike['onerror'] = null;
	onmessageerror: WorkerLike['onmessageerror'] = null;
	/** The worker's own handles of the frames that it was sent. */
	readonly frames: FakeFrame[] = [];
	/** Types of the messages that came. */
	readonly taken: ToDrawWorker['type'][] = [];
	isTerminated = false;
	/** It takes messages, and neither draws nor answers. */
	isStuck = false;
	/** It fails in place of drawing the picture with this number, counted from 1. */
	failsAt = 0;
	#draws = 0;
	#toWorker: ToDrawWorker[] = [];
	#toPage: FromDrawWorker[] = [];
	#take: ((message: ToDrawWorker) => void) | undefined;

	postMessage(message: ToDrawWorker, transfer: readonly unknown[]): void {
		if (this.isTerminated) throw new Error('The worker was ended');
		this.#toWorker.push(this.#arrived(message, transfer));
	}

	terminate(): void {
		this.isTerminated = true;
	}

	/** The worker has loaded its code. */
	begin(): void {
		this.#take = serveDrawing({ decode: fakeDecode, send: (message) => void this.#toPage.push(message) });
		this.deliver();
	}

	/** Takes messages to the worker, and its answers back. */
	deliver(): void {
		this.work();
		if (!this.isTerminated) for (const data of this.#toPage.splice(0)) this.onmessage?.({ data });
	}

	/** Takes messages to the worker alone. */
	work(): void {
		if (this.isTerminated || this.isStuck) return;
		for (const message of this.#take ? this.#toWorker.splice(0) : []) {
			if (message.type === 'draw' && ++this.#draws === this.failsAt) {
				this.fail();
				return;
			}
			this.taken.push(message.type);
			this.#take?.(message);
		}
	}

	/** An exception that the worker does not catch, or a file that does not load. */
	fail(): void {
		this.onerror?.({ preventDefault() {} });
	}

	/** As it gets there: a handle of its own of a frame; what was transferred is gone here. */
	#arrived(message: ToDrawWorker, transfer: readonly unknown[]): ToDrawWorker {
		if (message.type !== 'draw') return message;
		const { picture } = message;
		if (picture instanceof Uint8Array) {
			if (transfer[0] !== picture.buffer) throw new Error('A JPEG is copied once more');
			return { ...message, picture: structuredClone(picture, { transfer: [picture.buffer as ArrayBuffer] }) };
		}
		const frame = new FakeFrame(picture.timestamp);
		this.frames.push(frame);
		return { ...message, picture: frame as unknown as VideoFrame };
	}
}
