import { concat, type Micros, viewOf } from '@oriel/base';
import { WireError } from '../errors/wire-error.ts';
import type { AckMessage, ControlMessage, FrameMessage, Message, PongMessage } from '../message/message.ts';
import {
	ACK_BYTES,
	FRAME_HEAD_BYTES,
	HEADER_BYTES,
	KEY_FLAG,
	PING_BYTES,
	PONG_BYTES,
	TYPE_BYTES,
	UNKNOWN_AGE,
} from '../message/message.ts';

/** Any message as the bytes of one WebSocket message. */
export function encode(message: Message): Uint8Array<ArrayBuffer> {
	switch (message.type) {
		case 'frame':
			return encodeFrame(message);
		case 'ack':
			return encodeAck(message);
		case 'ping':
			return encodeTimes(TYPE_BYTES.ping, [message.sentAt], PING_BYTES);
		case 'pong':
			return encodePong(message);
		default:
			return encodeControl(message);
	}
}

/**
 * A frame with `headroom` unused bytes before it, for a transport that puts its own header there: so a frame is
 * prepared with one copy of its payload and then shared by all its receivers.
 */
export function encodeFrame(frame: Omit<FrameMessage, 'type'>, headroom = 0): Uint8Array<ArrayBuffer> {
	const length = FRAME_HEAD_BYTES + frame.payload.length;
	const bytes = new Uint8Array(headroom + HEADER_BYTES + length);
	const view = viewOf(bytes.subarray(headroom));
	writeHeader(view, TYPE_BYTES.frame, frame.key ? KEY_FLAG : 0, frame.camera, length);
	view.setUint32(HEADER_BYTES, frame.sequence);
	writeTime(view, HEADER_BYTES + 4, frame.capturedAt);
	bytes.set(frame.payload, headroom + HEADER_BYTES + FRAME_HEAD_BYTES);
	return bytes;
}

function encodeAck(ack: AckMessage): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEADER_BYTES + ACK_BYTES);
	const view = viewOf(bytes);
	writeHeader(view, TYPE_BYTES.ack, 0, ack.camera, ACK_BYTES);
	view.setUint32(HEADER_BYTES, ack.sequence);
	const age = ack.ageMs === undefined ? UNKNOWN_AGE : Math.min(Math.max(0, Math.round(ack.ageMs)), UNKNOWN_AGE - 1);
	view.setUint32(HEADER_BYTES + 4, age);
	return bytes;
}

function encodePong(pong: PongMessage): Uint8Array<ArrayBuffer> {
	return encodeTimes(TYPE_BYTES.pong, [pong.pingSentAt, pong.receivedAt, pong.sentAt], PONG_BYTES);
}

function encodeTimes(type: number, times: readonly Micros[], length: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEADER_BYTES + length);
	const view = viewOf(bytes);
	writeHeader(view, type, 0, 0, length);
	times.forEach((time, index) => {
		writeTime(view, HEADER_BYTES + 8 * index, time);
	});
	return bytes;
}

function encodeControl(message: ControlMessage): Uint8Array<ArrayBuffer> {
	const { type, camera = 0, ...content } = message as ControlMessage & { camera?: number };
	const json = new TextEncoder().encode(JSON.stringify(content));
	const header = new Uint8Array(HEADER_BYTES);
	writeHeader(viewOf(header), TYPE_BYTES[type], 0, camera, json.length);
	return concat([header, json]);
}

function writeHeader(view: DataView, type: number, flags: number, camera: number, length: number): void {
	view.setUint8(0, type);
	view.setUint8(1, flags);
	view.setUint16(2, camera);
	view.setUint32(4, length);
}

function writeTime(view: DataView, at: number, time: Micros): void {
	if (!Number.isSafeInteger(time) || time < 0) {
		throw new WireError('bad-field', `Cannot write time ${time}: whole microseconds from 0 to 2^53 - 1 are wanted`);
	}
	view.setUint32(at, Math.floor(time / 0x1_0000_0000));
	view.setUint32(at + 4, time % 0x1_0000_0000);
}
