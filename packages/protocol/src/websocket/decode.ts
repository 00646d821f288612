import { hex, type Micros, reasonOf, viewOf } from '@oriel/base';
import * as v from 'valibot';
import { ProtocolError } from '../errors/protocol-error.ts';
import { CONTROL_SHAPES } from '../message/control.ts';
import { MAX_CAMERAS, MAX_CONTROL_BYTES, MAX_MESSAGES_PER_PACKET, MAX_PICTURE_BYTES } from '../message/limits.ts';
import type { ControlMessage, FrameMessage, Message, MessageType } from '../message/message.ts';
import {
	ACK_BYTES,
	ACK_BYTES_WITH_HELD,
	CAMERA_FIELD,
	FRAME_HEAD_BYTES,
	HEADER_BYTES,
	KEY_FLAG,
	PING_BYTES,
	PONG_BYTES,
	POSTER_HEAD_BYTES,
	PRESENTATION,
	PRESENTATION_BYTES,
	TYPE_BYTES,
	UNKNOWN_AGE,
} from '../message/message.ts';

export interface DecodeLimits {
	/** Largest picture accepted, in bytes. */
	readonly maxPictureBytes: number;
	/** Called with each message's type and the length of its payload before that is read; what it throws ends the reading. */
	readonly begin?: (type: MessageType | undefined, bytes: number) => void;
}

interface Header {
	readonly type: number;
	readonly flags: number;
	readonly camera: number;
	/** Offset of the header in the WebSocket message, for error texts. */
	readonly at: number;
}

/** When the frame that follows at once is shown. */
interface Presentation {
	readonly type: typeof PRESENTATION;
	readonly camera: number;
	readonly sequence: number;
	readonly offset: Micros;
}

const TYPE_NAMES: ReadonlyMap<number, MessageType> = new Map(
	Object.entries(TYPE_BYTES).map(([name, byte]) => [byte, name as MessageType]),
);

/**
 * The messages in one WebSocket message, in order. Payloads of frames are windows on `bytes`, not copies. Messages of
 * a type that this version does not know are passed over by their length. Throws ProtocolError on anything malformed.
 */
export function decode(bytes: Uint8Array, limits: DecodeLimits = { maxPictureBytes: MAX_PICTURE_BYTES }): Message[] {
	const view = viewOf(bytes);
	const messages: Message[] = [];
	let seen = 0;
	let presentation: Presentation | undefined;
	for (let at = 0; at < bytes.length; ) {
		if (++seen > MAX_MESSAGES_PER_PACKET) {
			throw new ProtocolError('too-large', `More than ${MAX_MESSAGES_PER_PACKET} messages in one WebSocket message`);
		}
		need(bytes.length - at, HEADER_BYTES, 'a header', at);
		const length = view.getUint32(at + 4);
		need(bytes.length - at - HEADER_BYTES, length, `the payload of type 0x${view.getUint8(at).toString(16)}`, at);
		const header = { type: view.getUint8(at), flags: view.getUint8(at + 1), camera: view.getUint16(at + 2), at };
		limits.begin?.(TYPE_NAMES.get(header.type), length);
		const message = decodeOne(header, bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length), limits);
		if (message?.type === 'frame') messages.push(presented(message, presentation));
		else if (message && message.type !== PRESENTATION) messages.push(message);
		presentation = message?.type === PRESENTATION ? message : undefined;
		at += HEADER_BYTES + length;
	}
	return messages;
}

/** One that speaks of another frame is passed over. */
function presented(frame: FrameMessage, presentation: Presentation | undefined): FrameMessage {
	const isOfFrame = presentation?.camera === frame.camera && presentation.sequence === frame.sequence;
	return isOfFrame ? { ...frame, presentationOffset: presentation.offset } : frame;
}

function decodeOne(header: Header, payload: Uint8Array, limits: DecodeLimits): Message | Presentation | undefined {
	const type = TYPE_NAMES.get(header.type);
	if (type === undefined) return undefined;
	if (header.camera === 0 && CAMERA_FIELD[type] === 'always') {
		throw new ProtocolError(
			'bad-field',
			`The ${type} at byte ${header.at} has camera 0; 1 to ${MAX_CAMERAS} are expected`,
		);
	}
	switch (type) {
		case 'frame':
			return decodeFrame(header, payload, limits);
		case 'ack':
			return decodeAck(header, payload);
		case 'ping':
			need(payload.length, PING_BYTES, 'a ping', header.at);
			return { type, sentAt: readTime(payload, 0, header) };
		case 'pong':
			need(payload.length, PONG_BYTES, 'a pong', header.at);
			return {
				type,
				pingSentAt: readTime(payload, 0, header),
				receivedAt: readTime(payload, 8, header),
				sentAt: readTime(payload, 16, header),
			};
		case 'poster':
			return decodePoster(header, payload, limits);
		case PRESENTATION:
			return decodePresentation(header, payload);
		default:
			return decodeControl(type, header, payload);
	}
}

function decodeFrame(header: Header, payload: Uint8Array, limits: DecodeLimits): FrameMessage {
	need(payload.length, FRAME_HEAD_BYTES, 'a frame', header.at);
	return {
		type: 'frame',
		camera: header.camera,
		key: (header.flags & KEY_FLAG) !== 0,
		sequence: viewOf(payload).getUint32(0),
		capturedAt: readTime(payload, 4, header),
		data: pictureIn(header, payload, FRAME_HEAD_BYTES, limits),
	};
}

function decodePresentation({ camera, at }: Header, payload: Uint8Array): Presentation {
	need(payload.length, PRESENTATION_BYTES, 'a presentation', at);
	const view = viewOf(payload);
	return { type: PRESENTATION, camera, sequence: view.getUint32(0), offset: view.getInt32(4) };
}

function decodePoster(header: Header, payload: Uint8Array, limits: DecodeLimits): Message {
	need(payload.length, POSTER_HEAD_BYTES, 'a poster', header.at);
	return {
		type: 'poster',
		camera: header.camera,
		capturedAt: readTime(payload, 0, header),
		data: pictureIn(header, payload, POSTER_HEAD_BYTES, limits),
	};
}

function pictureIn(
	{ camera }: Header,
	payload: Uint8Array,
	start: number,
	{ maxPictureBytes }: DecodeLimits,
): Uint8Array {
	const picture = payload.subarray(start);
	if (picture.length <= maxPictureBytes) return picture;
	throw new ProtocolError(
		'too-large',
		`Picture of camera ${camera} has ${picture.length} bytes; at most ${maxPictureBytes} are accepted`,
	);
}

function decodeAck(header: Header, payload: Uint8Array): Message {
	need(payload.length, ACK_BYTES, 'an ack', header.at);
	const view = viewOf(payload);
	const age = view.getUint32(4);
	return {
		type: 'ack',
		camera: header.camera,
		sequence: view.getUint32(0),
		ageMs: age === UNKNOWN_AGE ? undefined : age,
		...(payload.length >= ACK_BYTES_WITH_HELD && { heldMs: view.getUint32(ACK_BYTES) }),
	};
}

function decodeControl(type: ControlMessage['type'], header: Header, payload: Uint8Array): ControlMessage {
	if (payload.length > MAX_CONTROL_BYTES) {
		throw new ProtocolError(
			'too-large',
			`The ${type} has ${payload.length} bytes; at most ${MAX_CONTROL_BYTES} are accepted`,
		);
	}
	const result = v.safeParse(CONTROL_SHAPES[type], parseJson(type, header, payload));
	if (!result.success) {
		const issue = result.issues[0];
		const place = v.getDotPath(issue) ?? 'the whole';
		throw new ProtocolError('bad-control', `Cannot read ${type} at byte ${header.at}: ${place}: ${issue.message}`);
	}
	const camera = CAMERA_FIELD[type] === 'never' ? {} : { camera: header.camera };
	// The shape belongs to the type: the table CONTROL_SHAPES ties the two, which the compiler cannot follow.
	return { type, ...camera, ...result.output } as unknown as ControlMessage;
}

function parseJson(type: string, header: Header, payload: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
	} catch (cause) {
		const seen = `${hex(payload)}: ${reasonOf(cause)}`;
		throw new ProtocolError('bad-control', `Cannot read ${type} at byte ${header.at}, expected JSON: ${seen}`, {
			cause,
		});
	}
}

function need(has: number, wanted: number, what: string, at: number): void {
	if (has >= wanted) return;
	throw new ProtocolError(
		'truncated',
		`Message at byte ${at} is cut off: ${has} bytes are left of ${wanted} for ${what}`,
	);
}

function readTime(payload: Uint8Array, offset: number, header: Header): Micros {
	const view = viewOf(payload);
	const time = view.getUint32(offset) * 0x1_0000_0000 + view.getUint32(offset + 4);
	if (Number.isSafeInteger(time)) return time;
	throw new ProtocolError(
		'bad-field',
		`Time at byte ${header.at + HEADER_BYTES + offset} is over 2^53 - 1 microseconds`,
	);
}
