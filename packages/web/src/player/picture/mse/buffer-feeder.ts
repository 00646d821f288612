import { type Micros, micros, reasonOf } from '@oriel/base';
import { mp4Type } from '../choose.ts';
import type { Piece } from './fragment-maker.ts';
import type { Media } from './media.ts';
import { SourceQueue } from './source-queue.ts';

/** Played media is kept this long, in whole groups. */
const KEPT = micros(3_000);

/** What goes into a media source and out of it again: its beginnings, its pictures, and what was played long ago. */
export class BufferFeeder {
	readonly #media: Media;
	readonly #onBroken: (reason: string) => void;
	#queue: SourceQueue | undefined;
	#codec: string | undefined;
	/** Where the groups begin that are in the source. */
	#keys: Micros[] = [];

	/** `onBroken` is called with a reason when the source fails or takes nothing more. */
	constructor(media: Media, onBroken: (reason: string) => void) {
		this.#media = media;
		this.#onBroken = onBroken;
	}

	/** Whether the browser has everything. */
	get isIdle(): boolean {
		return this.#queue?.isIdle ?? false;
	}

	/** Puts a picture in; `done` is called when the browser has it. */
	add({ picture, init, bytes, from }: Piece, done: () => void): void {
		if (init) this.#begin(init);
		if (picture.key) this.#keys.push(from);
		this.#queue?.append(bytes, done);
	}

	/** Takes out what was played long ago. A group goes as a whole: without its key frame it cannot be decoded. */
	trim(played: Micros): void {
		const spent = this.#keys.filter((key) => key <= played - KEPT).length - 1;
		if (spent < 1) return;
		this.#queue?.trim((this.#keys[spent] ?? 0) / 1e6);
		this.#keys.splice(0, spent);
	}

	close(): void {
		this.#queue?.close();
	}

	#begin({ codec, bytes }: NonNullable<Piece['init']>): void {
		this.#queue ??= this.#open(codec);
		if (this.#codec !== undefined && codec !== this.#codec) this.#queue?.changeType(mp4Type(codec));
		this.#codec = codec;
		this.#queue?.append(bytes);
	}

	#open(codec: string): SourceQueue | undefined {
		try {
			return new SourceQueue(this.#media.addBuffer(mp4Type(codec)), this.#onBroken);
		} catch (thrown) {
			this.#onBroken(reasonOf(thrown));
			return undefined;
		}
	}
}
