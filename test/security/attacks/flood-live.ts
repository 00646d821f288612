// What a viewer can send too much of.

import { encode, HEADER_BYTES } from '@oriel/protocol';
import type { Attack } from '@oriel/testing/attack';
import { filled, flood, handshake, webSocketFrame } from './flood-client.ts';

const CONNECTIONS = 8;
/** Names of cameras that there are, and as many that there are not: 200 in all. */
const MANY = Array.from({ length: 200 }, (_, index) => `camera-${index + 1}`);
/** The longest list of the longest names. */
const LONGEST = Array.from({ length: 1000 }, (_, index) => `camera-${index}`.padEnd(63, 'x'));
const ping = encode({ type: 'ping', sentAt: 0 });

/** Sends the same bytes on some viewer connections without a pause. */
function sending(...frames: readonly Uint8Array[]): Attack {
	return flood({
		connections: CONNECTIONS,
		begin: ({ token }) => handshake('/live', token),
		repeat: () => filled(...frames),
	});
}

export const pings: Attack = sending(webSocketFrame(ping));
export const packedPings: Attack = sending(webSocketFrame(Buffer.concat(Array<Uint8Array>(256).fill(ping))));
export const webSocketPings: Attack = sending(webSocketFrame(Buffer.alloc(8), { opcode: 9 }));
export const webSocketPongs: Attack = sending(webSocketFrame(Buffer.alloc(0), { opcode: 10 }));
export const hellos: Attack = sending(
	webSocketFrame(encode({ type: 'hello', version: 1, software: 'flood', capabilities: [] })),
	webSocketFrame(encode({ type: 'hello', version: 1, software: 'flood', capabilities: ['jpeg'] })),
);
export const watches: Attack = sending(
	webSocketFrame(encode({ type: 'watch', cameras: MANY })),
	webSocketFrame(encode({ type: 'watch', cameras: [] })),
);
export const longWatches: Attack = sending(webSocketFrame(encode({ type: 'watch', cameras: LONGEST })));
export const acksOfNothing: Attack = sending(
	webSocketFrame(encode({ type: 'ack', camera: 1, sequence: 7, ageMs: undefined })),
);
export const unknownTypes: Attack = sending(
	webSocketFrame(Buffer.concat(Array<Buffer>(256).fill(Buffer.alloc(HEADER_BYTES, 0).fill(0xee, 0, 1)))),
);
export const emptyFrames: Attack = sending(webSocketFrame(Buffer.alloc(0)));
export const fragments: Attack = flood({
	connections: CONNECTIONS,
	begin: ({ token }) =>
		Buffer.concat([Buffer.from(handshake('/live', token)), webSocketFrame(Buffer.alloc(1), { isLast: false })]),
	repeat: () => filled(webSocketFrame(Buffer.alloc(1), { opcode: 0, isLast: false })),
});
