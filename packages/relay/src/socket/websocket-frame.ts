/** Room for the longest header of a server's WebSocket frame: RFC 6455 clause 5.2, unmasked, 64-bit length. */
export const MAX_WEBSOCKET_HEADER_BYTES = 10;

const FINAL_BINARY = 0x82;

/**
 * Turns `buffer`, whose first ten bytes are free, into one binary WebSocket frame around what follows them. The result
 * is a window on the same memory. A server does not mask, so the same bytes serve every viewer.
 */
export function wrapWebSocketFrame(buffer: Buffer): Buffer {
	const length = buffer.length - MAX_WEBSOCKET_HEADER_BYTES;
	if (length < 126) return start(buffer, 2, length);
	if (length < 65_536) {
		buffer.writeUInt16BE(length, MAX_WEBSOCKET_HEADER_BYTES - 2);
		return start(buffer, 4, 126);
	}
	buffer.writeUInt32BE(0, MAX_WEBSOCKET_HEADER_BYTES - 8);
	buffer.writeUInt32BE(length, MAX_WEBSOCKET_HEADER_BYTES - 4);
	return start(buffer, 10, 127);
}

function start(buffer: Buffer, headerBytes: number, lengthByte: number): Buffer {
	const frame = buffer.subarray(MAX_WEBSOCKET_HEADER_BYTES - headerBytes);
	frame[0] = FINAL_BINARY;
	frame[1] = lengthByte;
	return frame;
}
