import { createHash } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_WEBSOCKET_HEADER_BYTES, wrapWebSocketFrame } from './websocket-frame.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

it('makes frames that a real client reads, around every change of the length field', async () => {
	const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
	const bodies = sizes.map((size) => Buffer.alloc(size, size % 251));
	const server = createServer((socket) => {
		socket.on('error', () => {});
		socket.once('data', (head) => {
			const [, key = ''] = /sec-websocket-key: (\S+)/i.exec(head.toString()) ?? [];
			const accept = createHash('sha1')
				.update(key + GUID)
				.digest('base64');
			socket.write(
				`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
			);
			for (const body of bodies) {
				socket.write(wrapWebSocketFrame(Buffer.concat([Buffer.alloc(MAX_WEBSOCKET_HEADER_BYTES), body])));
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const heard: Buffer[] = [];
	client.on('message', (data: Buffer, isBinary) => {
		expect(isBinary).toBe(true);
		heard.push(data);
	});
	await until(() => heard.length === sizes.length);
	expect(heard.every((data, index) => data.equals(bodies[index] ?? data.subarray(1)))).toBe(true);
	client.terminate();
	await new Promise((resolve) => server.close(resolve));
});

it('copies nothing', () => {
	const buffer = Buffer.alloc(1000);
	expect(wrapWebSocketFrame(buffer).buffer).toBe(buffer.buffer);
});
