import type { Agent } from '@oriel/agent';
import { deferred, type Log, reasonOf } from '@oriel/base';
import { type CameraConfig, isSameCamera } from './camera-config.ts';

/** What a fleet needs of a running camera. */
export type Running = Pick<Agent, 'closed' | 'isAlive' | 'close'>;

export interface FleetOptions {
	/** Starts one camera. Whatever it throws concerns that camera alone. */
	readonly start: (camera: CameraConfig) => Running;
	readonly log: Log;
}

/** Several cameras in one process, each for itself: none waits for another, none ends another. */
export class Fleet implements AsyncDisposable {
	readonly #options: FleetOptions;
	readonly #slots = new Map<string, CameraSlot>();
	readonly #over = deferred<void>();

	constructor(options: FleetOptions) {
		this.#options = options;
		this.#over.promise.catch(() => undefined);
	}

	/** Resolves after `close`; rejects when every camera has ended on its own. It need not be awaited. */
	get closed(): Promise<void> {
		return this.#over.promise;
	}

	/** False when one camera's way to its relay is stuck. */
	get isAlive(): boolean {
		return [...this.#slots.values()].every(({ isAlive }) => isAlive);
	}

	/** The cameras that are wanted from now on: new ones start, missing ones end, changed ones start again, others go on. */
	apply(cameras: readonly CameraConfig[]): void {
		const wanted = new Map(cameras.map((camera) => [camera.name, camera]));
		for (const [name, slot] of this.#slots) {
			if (!wanted.has(name)) void slot.want(undefined);
		}
		for (const [name, camera] of wanted) void this.#berthOf(name).want(camera);
	}

	/** Ends all cameras and waits for them. */
	async close(): Promise<void> {
		await Promise.all([...this.#slots.values()].map((slot) => slot.want(undefined)));
		this.#over.resolve();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	#berthOf(name: string): CameraSlot {
		const known = this.#slots.get(name);
		if (known) return known;
		const { start, log } = this.#options;
		const slot = new CameraSlot({ start, log: log.with({ camera: name }), ended: () => this.#ended() });
		this.#slots.set(name, slot);
		return slot;
	}

	#ended(): void {
		const slots = [...this.#slots.values()].filter(({ isWanted }) => isWanted);
		if (slots.length === 0 || slots.some(({ hasEnded }) => !hasEnded)) return;
		this.#over.reject(new Error('Every camera has ended'));
	}
}

interface CameraSlotOptions extends FleetOptions {
	readonly ended: () => void;
}

/** The place of one camera: at most one agent at a time, the one that is wanted now. */
class CameraSlot {
	readonly #options: CameraSlotOptions;
	#wanted: CameraConfig | undefined;
	#current: CameraConfig | undefined;
	#running: Running | undefined;
	#isTurning = false;
	#turned: Promise<void> = Promise.resolve();

	constructor(options: CameraSlotOptions) {
		this.#options = options;
	}

	get isAlive(): boolean {
		return this.#running?.isAlive ?? true;
	}

	get isWanted(): boolean {
		return this.#wanted !== undefined;
	}

	/** Whether the camera has ended on its own and nothing has been changed since. */
	get hasEnded(): boolean {
		return this.#current !== undefined && this.#running === undefined;
	}

	/** Resolves when it is so. The request may change meanwhile; the newest one counts. */
	want(camera: CameraConfig | undefined): Promise<void> {
		this.#wanted = camera;
		if (!this.#isTurning) this.#turned = this.#turn();
		return this.#turned;
	}

	async #turn(): Promise<void> {
		this.#isTurning = true;
		while (!isSame(this.#wanted, this.#current)) {
			if (this.#running) await this.#end(this.#running);
			this.#running = undefined;
			this.#current = this.#wanted;
			if (this.#current) this.#start(this.#current);
		}
		this.#isTurning = false;
	}

	async #end(running: Running): Promise<void> {
		try {
			await running.close();
		} catch (failure) {
			this.#report('the camera did not close well', failure);
		}
	}

	#start(camera: CameraConfig): void {
		try {
			const running = this.#options.start(camera);
			this.#running = running;
			running.closed.catch((failure) => this.#lost(running, failure));
		} catch (failure) {
			this.#lost(undefined, failure);
		}
	}

	#lost(running: Running | undefined, failure: unknown): void {
		if (running !== this.#running) return;
		this.#running = undefined;
		this.#report('the camera has ended; the others go on', failure);
		this.#options.ended();
	}

	#report(words: string, failure: unknown): void {
		this.#options.log.error(words, { reason: reasonOf(failure) });
	}
}

function isSame(a: CameraConfig | undefined, b: CameraConfig | undefined): boolean {
	return a && b ? isSameCamera(a, b) : a === b;
}
