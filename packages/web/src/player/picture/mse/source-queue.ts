import { concat, reasonOf } from '@oriel/base';

/** Bytes that may wait while the buffer is busy: more than any burst. A browser that takes none for so long is stuck. */
export const MAX_QUEUED_BYTES: number = 32 * 1024 * 1024;

/** What is used of a SourceBuffer. Times are seconds of the media. */
export interface SourceBufferLike {
	readonly updating: boolean;
	onupdateend: ((event: Event) => void) | null;
	onerror: ((event: Event) => void) | null;
	appendBuffer(bytes: Uint8Array<ArrayBuffer>): void;
	remove(from: number, to: number): void;
	changeType?(type: string): void;
}

type Work =
	| { readonly kind: 'append'; readonly bytes: Uint8Array<ArrayBuffer>; readonly done: () => void }
	| { readonly kind: 'remove'; readonly to: number }
	| { readonly kind: 'type'; readonly type: string };

/** A SourceBuffer does one thing at a time; this does one after the other, and all that waits to be appended in one go. */
export class SourceQueue {
	readonly #buffer: SourceBufferLike;
	readonly #onBroken: (reason: string) => void;
	#work: Work[] = [];
	#bytes = 0;
	#done: (() => void)[] = [];

	/** `onBroken` is called with a reason when the buffer fails or takes nothing more. */
	constructor(buffer: SourceBufferLike, onBroken: (reason: string) => void) {
		this.#buffer = buffer;
		this.#onBroken = onBroken;
		buffer.onupdateend = () => this.#updated();
		buffer.onerror = () => onBroken('The browser could not read the stream');
	}

	/** Whether the browser has everything. */
	get isIdle(): boolean {
		return this.#work.length === 0 && !this.#buffer.updating;
	}

	/** Appends; `done` is called when the browser has it. */
	append(bytes: Uint8Array<ArrayBuffer>, done: () => void = () => {}): void {
		this.#bytes += bytes.length;
		if (this.#bytes > MAX_QUEUED_BYTES) this.#onBroken('The browser takes no more pictures');
		else this.#add({ kind: 'append', bytes, done });
	}

	/** What comes next is of another type. */
	changeType(type: string): void {
		this.#add({ kind: 'type', type });
	}

	/** Removes everything before `to`. */
	trim(to: number): void {
		this.#add({ kind: 'remove', to });
	}

	/** Does nothing any more. */
	close(): void {
		this.#buffer.onupdateend = null;
		this.#buffer.onerror = null;
		this.#work = [];
	}

	#add(work: Work): void {
		this.#work.push(work);
		this.#go();
	}

	#updated(): void {
		const done = this.#done.splice(0);
		for (const each of done) each();
		this.#go();
	}

	#go(): void {
		try {
			while (this.#work.length > 0 && !this.#buffer.updating) this.#next();
		} catch (thrown) {
			this.#onBroken(reasonOf(thrown));
		}
	}

	#next(): void {
		const [work] = this.#work;
		if (work?.kind !== 'append') this.#work.shift();
		if (work?.kind === 'append') this.#appendAll();
		else if (work?.kind === 'remove') this.#buffer.remove(0, work.to);
		else if (work) this.#changeType(work.type);
	}

	#changeType(type: string): void {
		if (!this.#buffer.changeType) throw new Error('This browser cannot change the type of a stream');
		this.#buffer.changeType(type);
	}

	#appendAll(): void {
		const end = this.#work.findIndex(({ kind }) => kind !== 'append');
		const batch = this.#work.splice(0, end === -1 ? this.#work.length : end).filter((work) => work.kind === 'append');
		const bytes = concat(batch.map((work) => work.bytes));
		this.#bytes -= bytes.length;
		this.#done = batch.map((work) => work.done);
		this.#buffer.appendBuffer(bytes);
	}
}
