import { concat, type Micros, viewOf } from '@oriel/base';
import { ProtocolError } from '../errors/protocol-error.ts';
import { MAX_CAMERAS, MAX_CONTROL_BYTES } from '../message/limits.ts';
import type {
	AckMessage,
	ControlMessage,
	FrameMessage,
	Message,
	MessageType,
	PongMessage,
	PosterMessage,
} from '../message/message.ts';
import {
	ACK_BYTES,
	ACK_BYTES_WITH_HELD,
	CAMERA_FIELD,
	FRAME_HEAD_BYTES,
	HEADER_BYTES,
	KEY_FLAG,
	MAX_HELD_MS,
	PING_BYTES,
	PONG_BYTES,
	POSTER_HEAD_BYTES,
	PRESENTATION,
	PRESENTATION_BYTES,
	TYPE_BYTES,
	UNKNOWN_AGE,
} from '../message/message.ts';

/** Microseconds: 35 minutes. */
const MAX_OFFSET = 0x7fff_ffff;

/** Any message as the bytes of one WebSocket message. Throws ProtocolError if a number or a text cannot be written. */
export function encode(message: Message): Uint8Array<ArrayBuffer> {
	switch (message.type) {
		case 'frame':
			return encodeFrame(message, message.camera);
		case 'ack':
			return encodeAck(message);
		case 'ping':
			return encodeTimes('ping', [message.sentAt], PING_BYTES);
		case 'pong':
			return encodePong(message);
		case 'poster':
			return encodePoster(message);
		default:
			return encodeControl(message);
	}
}

/** What of a frame is written. */
type WireFrame = Omit<FrameMessage, 'type' | 'camera'>;

/**
 * A frame of the track with that number, with `headroom` unused bytes before it, for a transport that puts its own header there: so a frame is
 * prepared with one copy of its data and then shared by all its receivers.
 */
export function encodeFrame(frame: WireFrame, number: number, headroom = 0): Uint8Array<ArrayBuffer> {
	const length = FRAME_HEAD_BYTES + frame.data.length;
	const start = headroom + (frame.presentationOffset === undefined ? 0 : HEADER_BYTES + PRESENTATION_BYTES);
	const bytes = new Uint8Array(start + HEADER_BYTES + length);
	const view = viewOf(bytes.subarray(start));
	if (frame.presentationOffset !== undefined) {
		writePresentation(viewOf(bytes.subarray(headroom)), number, frame.sequence, frame.presentationOffset);
	}
	writeHeader(view, 'frame', number, length);
	if (frame.key) view.setUint8(1, KEY_FLAG);
	view.setUint32(HEADER_BYTES, frame.sequence);
	writeTime(view, HEADER_BYTES + 4, frame.capturedAt);
	bytes.set(frame.data, start + HEADER_BYTES + FRAME_HEAD_BYTES);
	return bytes;
}

/** An offset that 32 bits cannot hold is no time between two frames: the nearest is written. */
function writePresentation(view: DataView, number: number, sequence: number, offset: Micros): void {
	writeHeader(view, PRESENTATION, number, PRESENTATION_BYTES);
	view.setUint32(HEADER_BYTES, sequence);
	view.setInt32(HEADER_BYTES + 4, Math.max(-MAX_OFFSET - 1, Math.min(MAX_OFFSET, Math.round(offset))));
}

function encodePoster({ camera, capturedAt, data }: PosterMessage): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEADER_BYTES + POSTER_HEAD_BYTES + data.length);
	const view = viewOf(bytes);
	writeHeader(view, 'poster', camera, POSTER_HEAD_BYTES + data.length);
	writeTime(view, HEADER_BYTES, capturedAt);
	bytes.set(data, HEADER_BYTES + POSTER_HEAD_BYTES);
	return bytes;
}

function encodeAck(ack: AckMessage): Uint8Array<ArrayBuffer> {
	const length = ack.heldMs === undefined ? ACK_BYTES : ACK_BYTES_WITH_HELD;
	const bytes = new Uint8Array(HEADER_BYTES + length);
	const view = viewOf(bytes);
	writeHeader(view, 'ack', ack.camera, length);
	view.setUint32(HEADER_BYTES, ack.sequence);
	const age = ack.ageMs === undefined ? UNKNOWN_AGE : Math.min(Math.max(0, Math.round(ack.ageMs)), UNKNOWN_AGE - 1);
	view.setUint32(HEADER_BYTES + 4, age);
	if (ack.heldMs !== undefined) {
		view.setUint32(HEADER_BYTES + ACK_BYTES, Math.min(Math.max(0, Math.round(ack.heldMs)), MAX_HELD_MS));
	}
	return bytes;
}

function encodePong(pong: PongMessage): Uint8Array<ArrayBuffer> {
	return encodeTimes('pong', [pong.pingSentAt, pong.receivedAt, pong.sentAt], PONG_BYTES);
}

function encodeTimes(type: 'ping' | 'pong', times: readonly Micros[], length: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEADER_BYTES + length);
	const view = viewOf(bytes);
	writeHeader(view, type, 0, length);
	times.forEach((time, index) => {
		writeTime(view, HEADER_BYTES + 8 * index, time);
	});
	return bytes;
}

function encodeControl(message: ControlMessage): Uint8Array<ArrayBuffer> {
	const { type, camera = 0, ...content } = message as ControlMessage & { camera?: number };
	const json = new TextEncoder().encode(JSON.stringify(content));
	if (json.length > MAX_CONTROL_BYTES) {
		throw new ProtocolError(
			'too-large',
			`Cannot write ${type} of ${json.length} bytes; at most ${MAX_CONTROL_BYTES} are allowed`,
		);
	}
	const header = new Uint8Array(HEADER_BYTES);
	writeHeader(viewOf(header), type, camera, json.length);
	return concat([header, json]);
}

function writeHeader(view: DataView, type: MessageType, camera: number, length: number): void {
	const lowest = CAMERA_FIELD[type] === 'always' ? 1 : 0;
	if (!Number.isInteger(camera) || camera < lowest || camera > MAX_CAMERAS) {
		throw new ProtocolError(
			'bad-field',
			`Cannot write ${type} for camera ${camera}; ${lowest} to ${MAX_CAMERAS} are expected`,
		);
	}
	view.setUint8(0, TYPE_BYTES[type]);
	view.setUint16(2, camera);
	view.setUint32(4, length);
}

function writeTime(view: DataView, at: number, time: Micros): void {
	if (!Number.isSafeInteger(time) || time < 0) {
		throw new ProtocolError(
			'bad-field',
			`Cannot write time ${time}: whole microseconds from 0 to 2^53 - 1 are expected`,
		);
	}
	view.setUint32(at, Math.floor(time / 0x1_0000_0000));
	view.setUint32(at + 4, time % 0x1_0000_0000);
}
