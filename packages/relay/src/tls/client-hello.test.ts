import { createServer } from 'node:net';
import { connect } from 'node:tls';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offeredProtocols } from './client-hello.ts';

/** What Node's own TLS says first. */
function helloOf(ALPNProtocols: string[] | undefined): Promise<Buffer> {
	return new Promise((resolve) => {
		const server = createServer((socket) => {
			socket.once('data', (bytes: Buffer) => {
				resolve(bytes);
				socket.destroy();
				server.close();
			});
			socket.on('error', () => undefined);
		}).listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' ? address?.port : 0;
			const offer = ALPNProtocols ? { ALPNProtocols } : {};
			connect({ host: '127.0.0.1', port, servername: 'cam.example.org', ...offer }).on('error', () => undefined);
		});
	});
}

describe('the protocols that a hello offers', () => {
	it.each([
		[['acme-tls/1'], ['acme-tls/1']],
		[
			['h2', 'http/1.1'],
			['h2', 'http/1.1'],
		],
		[undefined, []],
	])('%j', async (offered, read) => {
		const hello = await helloOf(offered);
		expect(offeredProtocols(hello)).toEqual(read);
		for (let length = 0; length < hello.length; length++)
			expect(offeredProtocols(hello.subarray(0, length))).toBeUndefined();
	});

	it('are none in what is no hello, and nothing throws', async () => {
		expect(offeredProtocols(Buffer.from('GET / HTTP/1.1\r\n'))).toEqual([]);
		expect(offeredProtocols(Buffer.from([0x16, 3, 1, 0xff, 0xff]))).toEqual([]);
		const hello = await helloOf(['acme-tls/1']);
		void fc.assert(
			fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, byte) => {
				const broken = Buffer.from(hello);
				broken[at] = byte;
				const read = offeredProtocols(broken);
				expect(read === undefined || Array.isArray(read)).toBe(true);
			}),
		);
		void fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
				offeredProtocols(Buffer.from([0x16, 3, 1, 0, rest.length, ...rest]));
			}),
		);
	});
});
