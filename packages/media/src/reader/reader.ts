import type { Micros } from '@oriel/base';
import type { DisplayOrder } from '../h264/picture-order.ts';
import type { PixelAspect } from '../h264/pixel-aspect.ts';

/** What all pictures of a stream have in common. */
export interface Format {
	readonly codec: 'jpeg' | 'h264';
	/** RFC 6381, e.g. `avc1.42C01E`; undefined for JPEG, and while unknown. */
	readonly codecString?: string | undefined;
	/** Pixels, 0 while unknown; as sent: cropped, and not stretched by `pixelAspect`. */
	readonly width: number;
	readonly height: number;
	/** Absent for square pixels. A picture is shown `width` x `pixelAspect[0] / pixelAspect[1]` wide. */
	readonly pixelAspect?: PixelAspect;
	/**
	 * How many frames at most come before one that is shown earlier (max_num_reorder_frames): so many a decoder holds back.
	 * Absent: none, frames are shown in the order in which they come.
	 */
	readonly reorderFrames?: number;
}

/** What a reader knows of one picture of a stream: its data, ready for viewers, and what the container says of its time. */
export interface ParsedUnit extends Pick<MediaUnit, 'key' | 'format' | 'data'> {
	/** When it was taken as its sender says, where the format tells: microseconds whose zero is unknown. They may jump. */
	readonly stamp?: Micros;
	/** How much later it is shown than decoded, where the container says so. It may be negative. */
	readonly presentationOffset?: Micros;
	/** When it is shown against the others, where that is another order than that in which they come. */
	readonly order?: DisplayOrder;
}

/** One picture of a stream and its time. It becomes an `EncodedFrame` where it gets a track and a number. */
export interface MediaUnit {
	/** Decodable without earlier units. Every JPEG is. The first of a stream is a key. */
	readonly key: boolean;
	/**
	 * When it was captured, as the sender says, else when its first byte came in; in the reader's clock, in the order of
	 * decoding: never before that of the unit before.
	 */
	readonly capturedAt: Micros;
	/**
	 * It is displayed at `capturedAt` plus this, which may be negative. Undefined where units are displayed in the order of
	 * decoding. Of units that are displayed one after the other the sums always rise, but for what a sender's own times say.
	 */
	readonly presentationOffset?: Micros | undefined;
	/** One object for all units of the same format. It changes only with a key. */
	readonly format: Format;
	/** A JPEG with its Huffman tables, or an access unit in Annex B; a key has its parameter sets. An own copy, never changed. */
	readonly data: Uint8Array;
}

/** Bytes in, cut anywhere; pictures out, each as soon as it is known to be whole. */
export interface Reader {
	/** The pictures that `chunk` completes. Throws MediaError for what cannot go on. */
	push(chunk: Uint8Array): ParsedUnit[];
	/**
	 * The stream has been silent for a moment: gives the picture that is whole unless more of it comes. Only formats that do not
	 * say where a picture ends have one.
	 */
	flush(): ParsedUnit[];
	/** Whether `flush` would give a picture. */
	readonly hasPicture: boolean;
	/** Flushes that came too early, so far: the moment of silence was too short. */
	readonly earlyFlushes: number;
	/** Bytes of a picture that is not whole yet. */
	readonly pendingBytes: number;
	/** Memory that is in use for it, and for the next one: whole buffers, whose room may be twice what has come. */
	readonly heldBytes: number;
	/** Bytes that belong to no picture, so far. */
	readonly skippedBytes: number;
	/** Pictures that were cut off, or that no decoder could decode, so far. */
	readonly brokenPictures: number;
	/**
	 * What is wrong, for the owner: why bytes come and no picture does, or what is passed over so that pictures do. Whole
	 * sentences; undefined: nothing is wrong.
	 */
	readonly problem: string | undefined;
	/** The stamps are those of a camera's own clock, which may run slow. */
	readonly mayRunSlow?: boolean;
	/** Whether the encoder reorders pictures (B-frames), which costs delay at every viewer. */
	readonly reorders: boolean;
}
