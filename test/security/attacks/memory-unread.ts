import { encode } from '@oriel/protocol';
import type { Attack } from '@oriel/testing/attack';
import { jpegOfSize } from '@oriel/testing/jpegs';
import { breathe, dial, flushed, handshake, keepOpen, webSocketFrame } from './memory-tools.ts';

/** The hostile camera sends large pictures, each another. */
export const largePictures: Attack = async (target, signal) => {
	const pictures = [1, 2, 3].map((shade) => jpegOfSize(900_000, shade));
	while (!signal.aborted) {
		const socket = dial(target.port, signal);
		socket.write(handshake('/agent', target.key));
		const facts = { name: target.hostileCamera, title: 'x', codec: 'jpeg', width: 16, height: 16 } as const;
		socket.write(webSocketFrame(encode({ type: 'announce', camera: 1, ...facts, stream: 0, capabilities: [] })));
		for (let sequence = 0; !signal.aborted && !socket.destroyed; sequence++) {
			const data = pictures[sequence % pictures.length] ?? Buffer.of();
			const frame = encode({ type: 'frame', camera: 1, key: true, sequence, capturedAt: 0, data });
			socket.write(webSocketFrame(frame));
			await flushed(socket, signal);
			await breathe(signal, 60);
		}
		socket.destroy();
	}
};

/** Viewers of large pictures that never read: streams, WebSockets and snapshots. */
export const viewersThatNeverRead: Attack = (target, signal) => {
	let count = 0;
	return keepOpen(36, signal, () => {
		// A WebSocket gets no more than two pictures before it acknowledges one, and a snapshot is one: the kernel takes them.
		const kind = count++ % 6;
		const socket = dial(target.port, signal, { reads: false });
		if (kind === 0) {
			socket.write(handshake('/live', target.token));
			socket.write(webSocketFrame(encode({ type: 'watch', cameras: [target.hostileCamera] })));
		} else {
			const file = kind === 1 ? 'snapshot.jpg' : 'stream.mjpg';
			const path = `/cameras/${target.hostileCamera}/${file}`;
			socket.write(`GET ${path} HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer ${target.token}\r\n\r\n`);
		}
		return socket;
	});
};

/** A peer that asks and never reads: every answer is small, and each waits in an object of its own. */
export const questionsWithoutEnd: Attack = (target, signal) => {
	const pings = Buffer.concat(Array.from({ length: 200 }, () => webSocketFrame(encode({ type: 'ping', sentAt: 0 }))));
	return keepOpen(8, signal, () => {
		const socket = dial(target.port, signal, { reads: false });
		socket.write(handshake('/live', target.token));
		const timer = setInterval(() => {
			if (socket.writableLength < 1_000_000) socket.write(pings);
		}, 50);
		socket.once('close', () => clearInterval(timer));
		return socket;
	});
};
