import { once } from 'node:events';
import { createServer } from 'node:net';
import { findCamera } from '../../packages/relay/src/core/find.ts';
import type { Plugin } from '../../packages/relay/src/plugin/plugin.ts';

/** An input: each connection to its port sends one JPEG of the camera `door`. */
export const oneShot: Plugin = {
	name: 'one-shot',
	docs: 'ARCHITECTURE.md#add-an-input-or-an-output',
	async open({ hub, clock }) {
		const server = createServer((socket) => {
			const camera = findCamera(hub, 'door');
			const chunks: Buffer[] = [];
			socket.on('data', (chunk) => chunks.push(chunk));
			socket.on('end', () => {
				const publication = camera.publish({ via: 'one-shot', ended() {} });
				publication.video.push({ key: true, capturedAt: clock.now(), data: Buffer.concat(chunks) });
				publication.closeUntilNext('the sender has sent its frame');
				socket.end();
			});
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as { port: number };
		return { listener: { port, [Symbol.asyncDispose]: async () => void server.close() } };
	},
};
