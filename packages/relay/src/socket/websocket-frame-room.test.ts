import { expect, it } from 'vitest';
import { MAX_WEBSOCKET_HEADER_BYTES, wrapWebSocketFrame } from './websocket-frame.ts';

it.each([
	[0, [0x82, 0]],
	[125, [0x82, 125]],
	[126, [0x82, 126, 0, 126]],
	[65_535, [0x82, 126, 0xff, 0xff]],
	[65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])('the header around %d bytes does not depend on what stood in its room', (length, header) => {
	const frame = wrapWebSocketFrame(Buffer.alloc(MAX_WEBSOCKET_HEADER_BYTES + length, 0xee));
	expect([...frame.subarray(0, header.length)]).toEqual(header);
	expect(frame).toHaveLength(header.length + length);
	expect(frame.subarray(header.length).every((byte) => byte === 0xee)).toBe(true);
});
