import { encode } from '@oriel/protocol';
import type { Attack, Target } from '@oriel/testing/attack';
import { h264 } from '@oriel/testing/h264';
import { breathe, dial, flushed, handshake, webSocketFrame } from './memory-tools.ts';

/** A type that no version knows: the relay passes over it by its length. */
const UNKNOWN_TYPE = 0x7f;
const FILLER_BYTES = 900_000;
const DELTA = Uint8Array.from({ length: 200 }, (_, at) => [0, 0, 0, 1, 0x41][at] ?? 0x55);

/** One key, and frames of 200 bytes in the largest messages that are accepted: each must not keep its message. */
export const tinyFramesInLargeMessages: Attack = (target, signal) => {
	const filler = new Uint8Array(8 + FILLER_BYTES);
	filler[0] = UNKNOWN_TYPE;
	new DataView(filler.buffer).setUint32(4, FILLER_BYTES);
	return sendGroups(target, signal, DELTA, filler);
};

/** Groups of frames that take all the memory that a camera may have, and one key frame in hundreds. */
export const groupsWithoutEnd: Attack = (target, signal) => {
	const delta = new Uint8Array(400_000).fill(0x55);
	delta.set(DELTA.subarray(0, 5));
	return sendGroups(target, signal, delta, Buffer.of());
};

async function sendGroups(target: Target, signal: AbortSignal, delta: Uint8Array, filler: Uint8Array): Promise<void> {
	const [key] = h264('k');
	while (!signal.aborted) {
		const socket = dial(target.port, signal);
		socket.write(handshake('/agent', target.key));
		const facts = { name: target.hostileCamera, title: 'x', codec: 'h264', width: 160, height: 128 } as const;
		const announce = encode({ type: 'announce', camera: 1, ...facts, stream: 0, capabilities: [] });
		socket.write(webSocketFrame(announce));
		for (let sequence = 0; !signal.aborted && !socket.destroyed; sequence++) {
			const isKey = sequence % 500 === 0;
			const data = isKey && key ? key.annexB : delta;
			const frame = encode({ type: 'frame', camera: 1, key: isKey, sequence, capturedAt: 0, data });
			socket.write(webSocketFrame(Buffer.concat([frame, filler])));
			await flushed(socket, signal);
			await breathe(signal, 50);
		}
		socket.destroy();
	}
}
