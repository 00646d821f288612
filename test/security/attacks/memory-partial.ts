import type { Attack } from '@oriel/testing/attack';
import { jpegOfSize } from '@oriel/testing/jpegs';
import { chunk, dial, handshake, keepOpen, publish, webSocketFrame } from './memory-tools.ts';

const FLV_HEADER = Buffer.from('FLV\x01\x01\0\0\0\x09\0\0\0\0', 'latin1');

/** Uploads that stop in the middle of a picture, and FLV tags that announce a large one and bring nothing. */
export const uploadsThatStop: Attack = (target, signal) => {
	const half = jpegOfSize(900_000).subarray(0, 800_000);
	const tag = Buffer.concat([FLV_HEADER, Uint8Array.of(9, 0x0d, 0xbb, 0xa0, 0, 0, 0, 0, 0, 0, 0)]);
	let count = 0;
	return keepOpen(12, signal, () => {
		const socket = dial(target.port, signal);
		socket.write(publish(target));
		socket.write(chunk(count++ % 2 === 0 ? half : tag));
		return socket;
	});
};

/** WebSocket messages that stop in the middle: of viewers, of agents, in one piece and in many. */
export const messagesThatStop: Attack = (target, signal) => {
	const begun = [
		() => webSocketFrame(new Uint8Array(200_000), { length: 250_000 }),
		() =>
			Buffer.concat(
				Array.from({ length: 200 }, () => webSocketFrame(new Uint8Array(1000), { isFinal: false, opcode: 2 })),
			),
		() => Buffer.concat([webSocketFrame(new Uint8Array(1), { isFinal: false }), ...emptyFragments(5000)]),
		// The rest of a chunk that ends one byte into the next message keeps the whole chunk.
		() =>
			Buffer.concat([
				webSocketFrame(Uint8Array.of(0x7f, 0, 0, 0, 0, 0, 0x75, 0x30, ...new Uint8Array(30_000))),
				Uint8Array.of(0x82),
			]),
	];
	let count = 0;
	return keepOpen(48, signal, () => {
		const kind = count++;
		const socket = dial(target.port, signal);
		const isAgent = kind % 7 === 0;
		socket.write(isAgent ? handshake('/agent', target.key) : handshake('/live', target.token));
		if (isAgent) socket.write(webSocketFrame(new Uint8Array(1_000_000), { length: 1_200_000 }));
		else socket.write(begun[kind % begun.length]?.() ?? Buffer.of());
		return socket;
	});
};

function emptyFragments(count: number): Buffer[] {
	return Array.from({ length: count }, () => webSocketFrame(new Uint8Array(0), { isFinal: false, opcode: 0 }));
}
