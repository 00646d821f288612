import type { Micros } from '@oriel/base';
import type { MediaUnit } from '@oriel/media';

/**
 * What a track carries: `video` is what the camera makes, `preview` a small rendition of it, `audio` its sound, `data/NAME` other
 * values over time.
 */
export type TrackName = 'video' | 'preview' | 'audio' | `data/${string}`;

/** One sequence of frames of one camera. All frames of a track share one object. */
export interface TrackId {
	/** By which messages name it: on one relay, or on one agent connection. 1 to 65535. */
	readonly number: number;
	readonly camera: string;
	readonly name: TrackName;
}

/** The process that numbered a frame: 16 hexadecimal digits, random for each start. */
export type RunId = string;

/** `random`: uniform in [0, 1). */
export function newRunId(random: () => number): RunId {
	const word = () =>
		Math.floor(random() * 0x1_0000_0000)
			.toString(16)
			.padStart(8, '0');
	return `${word()}${word()}`;
}

/** What makes a frame the same frame on every machine. */
export interface FrameOrigin {
	readonly run: RunId;
	/** Modulo 2^32. */
	readonly sequence: number;
}

/**
 * One frame of a track, encoded: a media unit (a JPEG or an H.264 access unit) that has a track and a number. It is the same
 * type on every hop, from the agent to the canvas. Its times are in the clock of this machine; see docs/time.md. Nothing but
 * parsers and muxers looks into `data`.
 */
export interface EncodedFrame extends MediaUnit {
	readonly track: TrackId;
	/** Counts the track's frames on this machine, modulo 2^32. Gaps are frames that were skipped. */
	readonly sequence: number;
	/** Who numbered it first; undefined where that is not known. */
	readonly origin?: FrameOrigin | undefined;
	/** The first frame of a new run of the camera, or frames before it are missing: no decoder goes on from the one before. */
	readonly discontinuity: boolean;
	/** When its last byte arrived. */
	readonly receivedAt: Micros;
}

/** When a frame is displayed, in the clock of its `capturedAt`. */
export function presentationTime({
	capturedAt,
	presentationOffset = 0,
}: Pick<EncodedFrame, 'capturedAt' | 'presentationOffset'>): Micros {
	return capturedAt + presentationOffset;
}

/** How far sequence `a` is ahead of `b`, modulo 2^32. */
export function sequenceDistance(a: number, b: number): number {
	return (a - b) | 0;
}

/** The sequence after `sequence`. */
export function nextSequence(sequence: number): number {
	return (sequence + 1) >>> 0;
}
