import type { Micros } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import type { ControlRequest, Controls } from './camera-controls.ts';
import type { Announce, BandwidthReport, Goodbye, Hello, Problem, Request, Status, Watch } from './control.ts';

/**
 * One frame on the wire. What is not in the message (track, format, discontinuity) both sides know from `announce`. The
 * bytes are the same for every viewer of the track.
 */
export interface FrameMessage
	extends Pick<EncodedFrame, 'sequence' | 'key' | 'capturedAt' | 'presentationOffset' | 'data'> {
	readonly type: 'frame';
	/** The track's number on this connection, 1 to 65535. `capturedAt` is in the sender's clock. */
	readonly camera: number;
}

/** A JPEG that stands for the camera where a picture of its stream cannot: snapshots, and cameras without viewers. */
export interface PosterMessage {
	readonly type: 'poster';
	readonly camera: number;
	/** When the picture was taken, in the sender's clock. */
	readonly capturedAt: Micros;
	/** One JPEG. */
	readonly data: Uint8Array;
}

/** "I have this camera's frames up to and including `sequence`": they have arrived. */
export interface AckMessage {
	readonly type: 'ack';
	readonly camera: number;
	readonly sequence: number;
	/** Age of the newest picture that the receiver has shown (a relay: taken), in milliseconds; undefined: none since the last ack, or unknown. */
	readonly ageMs: number | undefined;
	/** Upper bound of how long the frame had been on the receiver's device before this ack, in milliseconds; undefined: it does not say. */
	readonly heldMs?: number | undefined;
}

/** Asks for a pong at once. */
export interface PingMessage {
	readonly type: 'ping';
	/** Sender's clock when it sent. */
	readonly sentAt: Micros;
}

/** The answer to a ping; its three times and the time of its arrival give offset and round trip. */
export interface PongMessage {
	readonly type: 'pong';
	/** `sentAt` of the ping, returned unchanged. */
	readonly pingSentAt: Micros;
	/** Answerer's clock when the ping arrived. */
	readonly receivedAt: Micros;
	/** Answerer's clock when the pong left. */
	readonly sentAt: Micros;
}

/** A message that carries JSON. An error whose `camera` is 0 speaks of the connection itself. */
export type ControlMessage =
	| ({ readonly type: 'hello' } & Hello)
	| ({ readonly type: 'announce'; readonly camera: number } & Announce)
	| { readonly type: 'withdraw'; readonly camera: number }
	| ({ readonly type: 'watch' } & Watch)
	| ({ readonly type: 'status'; readonly camera: number } & Status)
	| ({ readonly type: 'request'; readonly camera: number } & Request)
	| ({ readonly type: 'error'; readonly camera: number } & Problem)
	| ({ readonly type: 'goodbye' } & Goodbye)
	| ({ readonly type: 'carry'; readonly camera: number } & BandwidthReport)
	| ({ readonly type: 'controls'; readonly camera: number } & Controls)
	| ({ readonly type: 'control'; readonly camera: number } & ControlRequest);

export type Message = FrameMessage | PosterMessage | AckMessage | PingMessage | PongMessage | ControlMessage;

/** What stands before a frame and says when that is shown: it is read into the frame and is no message for itself. */
export const PRESENTATION = 'presentation';
/** What a header may say that follows. */
export type MessageType = Message['type'] | typeof PRESENTATION;

/** The byte that stands for each type. Numbers are never reused; see docs/protocol.md. */
export const TYPE_BYTES = {
	hello: 0x01,
	announce: 0x02,
	withdraw: 0x03,
	watch: 0x04,
	status: 0x05,
	request: 0x06,
	error: 0x07,
	goodbye: 0x08,
	carry: 0x09,
	controls: 0x0a,
	control: 0x0b,
	frame: 0x10,
	ack: 0x11,
	ping: 0x12,
	pong: 0x13,
	poster: 0x14,
	presentation: 0x15,
} as const satisfies Record<MessageType, number>;

/**
 * Whether a type's header names a camera: always, maybe (0 means the connection itself), or never (0 is written and
 * whatever stands there is ignored).
 */
export const CAMERA_FIELD = {
	hello: 'never',
	announce: 'always',
	withdraw: 'always',
	watch: 'never',
	status: 'always',
	request: 'always',
	error: 'maybe',
	goodbye: 'never',
	carry: 'always',
	controls: 'always',
	control: 'always',
	frame: 'always',
	ack: 'always',
	ping: 'never',
	pong: 'never',
	poster: 'always',
	presentation: 'always',
} as const satisfies Record<MessageType, 'always' | 'maybe' | 'never'>;

/** type (1), flags (1), camera (2), payload length (4) */
export const HEADER_BYTES = 8;
/** sequence (4), capture time (8) */
export const FRAME_HEAD_BYTES = 12;
/** capture time (8) */
export const POSTER_HEAD_BYTES = 8;
export const ACK_BYTES = 8;
/** With `heldMs`, which older receivers ignore. */
export const ACK_BYTES_WITH_HELD = 12;
export const PING_BYTES = 8;
export const PONG_BYTES = 24;
/** sequence (4), offset (4) */
export const PRESENTATION_BYTES = 8;

/** Flag bit 0 of a frame: the picture stands alone. */
export const KEY_FLAG = 0x01;
/** `ageMs` of an ack that does not know. */
export const UNKNOWN_AGE = 0xffff_ffff;
/** `heldMs` of an ack that was held for longer. */
export const MAX_HELD_MS = 0xffff_ffff;
