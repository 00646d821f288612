import { encode, type Message } from '@oriel/protocol';
import { MAX_WEBSOCKET_HEADER_BYTES, wrapWebSocketFrame } from './websocket-frame.ts';

/** Messages as one WebSocket message, ready to be written as it is to any number of sockets. */
export function preparePacket(messages: readonly Message[]): Buffer {
	return wrapWebSocketFrame(Buffer.concat([ROOM, ...messages.map(encode)]));
}

const ROOM = Buffer.alloc(MAX_WEBSOCKET_HEADER_BYTES);
