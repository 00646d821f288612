import { CAMERA_NAME } from '@oriel/base';
import type { TrackName } from '@oriel/stream';
import * as v from 'valibot';
import { controlRequest, controls } from './camera-controls.ts';
import { MAX_CAMERAS, MAX_CAPABILITIES, MAX_RETRY_AFTER_MS, MAX_TEXT_LENGTH, MAX_WATCHED_CAMERAS } from './limits.ts';

// The JSON inside control messages. Unknown properties are ignored, so that either side may learn new ones first.

/** The name of a track: what a camera makes, a small rendition of it, its sound, other values over time. */
export const TRACK_NAME = /^(?:video|preview|audio|data\/[a-z0-9][a-z0-9-]{0,62})$/;

const name = v.pipe(v.string(), v.regex(CAMERA_NAME));
const track = v.pipe(
	v.string(),
	v.regex(TRACK_NAME),
	v.transform((value) => value as TrackName),
);
const words = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const pixels = v.pipe(whole, v.maxValue(65_535));
const capabilities = v.pipe(v.array(words), v.maxLength(MAX_CAPABILITIES));

const hello = v.object({
	/** Protocol version that the speaker uses from here on. */
	version: v.pipe(whole, v.minValue(1)),
	/** For people and logs, e.g. `oriel-agent/0.1.0`. */
	software: words,
	/** What the speaker can do beyond the version's minimum. */
	capabilities,
});

const announce = v.object({
	name,
	/** What people call the camera. Free text: treat it as hostile. */
	title: words,
	codec: v.picklist(['jpeg', 'h264']),
	/** RFC 6381, e.g. `avc1.42C01E`; absent for JPEG and while unknown. A new one means that a decoder starts afresh. */
	codecString: v.optional(v.pipe(v.string(), v.regex(/^[\w.]{1,40}$/))),
	/** Size in pixels of the newest picture, 0 while unknown. */
	width: pixels,
	height: pixels,
	/** Counts the unbroken runs of pictures of this camera; a reconnect starts a new one. */
	stream: whole,
	/** Of the process that numbers the frames, random for each start: 16 hexadecimal digits. A frame is (run, sequence). */
	run: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
	/** What the number stands for, with the capability `tracks`; absent: `video`. */
	track: v.optional(track),
	/** The number of the camera's `video` on this connection; absent for `video` itself. */
	of: v.optional(v.pipe(whole, v.minValue(1), v.maxValue(MAX_CAMERAS))),
	/** What can be asked of the track: `pause`, `key-frame`. */
	capabilities: v.optional(capabilities, []),
});

const watch = v.object({
	/** The cameras whose `video` the viewer wants from now on; replaces the earlier list. */
	cameras: v.pipe(v.array(name), v.maxLength(MAX_WATCHED_CAMERAS)),
	/** Other tracks that it wants, with the capability `tracks`; replaces the earlier list too. Absent: none. */
	tracks: v.optional(v.pipe(v.array(v.object({ camera: name, track })), v.maxLength(MAX_WATCHED_CAMERAS))),
	/** Of these `cameras` it wants key frames alone, and of JPEGs at most five a second. Absent: of none. */
	thin: v.optional(v.pipe(v.array(name), v.maxLength(MAX_WATCHED_CAMERAS))),
});

/** `never`: no picture since the relay started; `live`; `stalled`: connected, but no picture comes; `offline`. */
export const CAMERA_STATES = ['never', 'live', 'stalled', 'offline'] as const;
export type CameraState = (typeof CAMERA_STATES)[number];

const status = v.object({
	state: v.picklist(CAMERA_STATES),
	/** Since when, in the sender's clock, microseconds. */
	since: whole,
	/** Why, in words for people, where it is known. */
	reason: v.optional(words),
	/** That the camera sends less than its owner has set, and why, in words for people: its uplink carries no more. */
	limited: v.optional(words),
	/**
	 * A viewer that joins now gets one old picture of H.264 and waits for the next key frame: so many seconds lie between two.
	 * Absent: viewers do not wait.
	 */
	keyFrameSeconds: v.optional(whole),
});

/** `all`: nothing is left out; `fewer`: pictures are passed over; `key-frames`: of H.264 those that stand alone. */
export const OFFERS = ['all', 'fewer', 'key-frames'] as const;

const carry = v.object({
	/** What the viewer's connection carries of this camera, as the relay has measured it. */
	bitsPerSecond: whole,
	/** What the camera sends. */
	neededBitsPerSecond: whole,
	/** What the viewer gets of it now. */
	offers: v.picklist(OFFERS),
});

const request = v.object({
	want: v.picklist(['pause', 'resume', 'key-frame']),
});

const error = v.object({ code: words, message: words });

/** Why a connection ends. */
export const GOODBYE_REASONS = [
	'shutting-down',
	'taken-over',
	'revoked',
	'protocol-error',
	'too-large',
	'silent',
	'finished',
] as const;
export type GoodbyeReason = (typeof GOODBYE_REASONS)[number];

/** The WebSocket close code that goes with each reason. A page may only send 1000 and those from 3000 on. */
export const CLOSE_CODES: Readonly<Record<GoodbyeReason, number>> = {
	'shutting-down': 1012,
	'taken-over': 4001,
	revoked: 4003,
	'protocol-error': 1002,
	'too-large': 1009,
	silent: 4008,
	finished: 1000,
};

const goodbye = v.object({
	reason: v.picklist(GOODBYE_REASONS),
	/** For people. */
	message: words,
	/** When to come back, in milliseconds; null: not automatically. */
	retryAfterMs: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_RETRY_AFTER_MS))),
});

export type Hello = v.InferOutput<typeof hello>;
export type Announce = v.InferOutput<typeof announce>;
export type Watch = v.InferOutput<typeof watch>;
export type Status = v.InferOutput<typeof status>;
export type BandwidthReport = v.InferOutput<typeof carry>;
export type Request = v.InferOutput<typeof request>;
export type Problem = v.InferOutput<typeof error>;
export type Goodbye = v.InferOutput<typeof goodbye>;

/** The shape of each control message's JSON; the key is the message's type. */
export const CONTROL_SHAPES = {
	hello,
	announce,
	withdraw: v.object({}),
	watch,
	status,
	request,
	error,
	goodbye,
	carry,
	controls,
	control: controlRequest,
};
