import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { rounds } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { JSON_BODY_TIMEOUT_MS, readText } from './body.ts';

const LIMIT = 10;

function setUp() {
	const clock = new FakeClock();
	const request = new Readable({ read() {} });
	const outcome = readText(request as unknown as IncomingMessage, LIMIT, clock).catch((failure) => failure.code);
	return { clock, request, outcome };
}

describe('a body that is read', () => {
	it('is its text, in however many pieces it comes', async () => {
		const { clock, request, outcome } = setUp();
		for (const piece of ['0123', '', '456789']) request.push(piece);
		request.push(null);
		expect(await outcome).toBe('0123456789');
		expect(clock.pending).toBe(0);
	});

	it('is refused at the first byte too many, and nothing of what follows is kept', async () => {
		const { clock, request, outcome } = setUp();
		request.push('0123456789');
		await rounds(2);
		request.push('x');
		expect(await outcome).toBe('too-large');
		expect([request.listenerCount('data'), clock.pending]).toEqual([0, 0]);
		for (let count = 0; count < 100; count++) request.push(Buffer.alloc(10_000));
		await rounds(2);
		expect(request.readableLength).toBe(0);
	});

	it('is refused when its time is over, and may break then', async () => {
		const { clock, request, outcome } = setUp();
		request.push('0');
		clock.advance(JSON_BODY_TIMEOUT_MS);
		expect(await outcome).toBe('timed-out');
		request.destroy(new Error('ECONNRESET'));
		await rounds(2);
	});

	it.each([undefined, new Error('ECONNRESET')])('is refused when its connection breaks: %s', async (reason) => {
		const { clock, request, outcome } = setUp();
		request.push('0');
		request.destroy(reason);
		expect(await outcome).toBe('bad-request');
		expect(clock.pending).toBe(0);
	});

	it('is refused when its connection has broken before', async () => {
		const request = new Readable({ read() {} });
		request.destroy();
		const text = readText(request as unknown as IncomingMessage, LIMIT, new FakeClock());
		await expect(text).rejects.toMatchObject({ code: 'bad-request' });
	});
});
