import { X509Certificate } from 'node:crypto';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { pinOf } from '@oriel/agent';
import { systemClock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { afterEach, describe, expect, it } from 'vitest';
import { certify } from '../../../../relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../../relay/src/tls/key-pair.ts';
import { askHealth, HEALTHY_WITHIN_MS, untilHealthy } from './health.ts';

const DAY = 86_400_000;
const key = newPrivateKey();
const span = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };
const cert = certify({ names: ['cam.example.org'], subject: 'relay', key, ...span });
const pin = pinOf(new X509Certificate(cert));

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(opened: Server): Promise<number> {
	server = opened;
	await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
	return (opened.address() as AddressInfo).port;
}

describe('a relay that has been started', () => {
	/** What comes of waiting, and how long that took, with one answer after the other. */
	async function outcome(answers: (string | undefined)[], ended: () => string | undefined = () => undefined) {
		const clock = new FakeClock();
		const last = answers.at(-1);
		const ask = async () => {
			const answer = answers.length > 0 ? answers.shift() : last;
			if (answer === 'reset') throw new Error('ECONNRESET');
			return answer;
		};
		let result: string | undefined;
		void untilHealthy({ clock, ask, ended }).then(
			() => {
				result = 'healthy';
			},
			(failure: Error) => {
				result = failure.message;
			},
		);
		const began = clock.now();
		while (result === undefined) await clock.settle(200, 200);
		return [result, Math.round((clock.now() - began) / 1e6)];
	}

	it('is waited for until it is well', async () => {
		expect(await outcome(['reset', '/healthz answers with 503', undefined])).toEqual(['healthy', 1]);
	});

	it('is not waited for longer than a minute, or after its end', async () => {
		const words = `it was not well within ${HEALTHY_WITHIN_MS / 1000} s: ECONNRESET`;
		expect(await outcome(['no', 'reset'])).toEqual([words, HEALTHY_WITHIN_MS / 1000]);
		expect(await outcome(['no'], () => 'it ended')).toEqual(['it ended', 0]);
	});
});

describe('the question', () => {
	it('is answered by the status of /healthz', async () => {
		const answers: RequestListener = ({ url }, response) => response.writeHead(url === '/healthz' ? 503 : 200).end();
		const url = `http://127.0.0.1:${await listen(createPlainServer(answers))}`;
		expect(await askHealth({ url, clock: systemClock })).toBe('/healthz answers with 503');
	});

	it('is not waited for longer than some seconds', async () => {
		const clock = new FakeClock();
		const url = `http://127.0.0.1:${await listen(createPlainServer(() => clock.advance(5000)))}`;
		await expect(askHealth({ url, clock })).rejects.toThrow('it does not answer');
		expect(clock.pending).toBe(0);
	});

	it('goes to the relay of that key, whatever name its certificate is for; another one is not asked', async () => {
		let asked = 0;
		const answer: RequestListener = (_request, response) => {
			asked++;
			response.end();
		};
		const url = `https://127.0.0.1:${await listen(createServer({ key, cert }, answer))}`;
		const clock = new FakeClock(1_000_000_000, Date.now());
		expect(await askHealth({ url, pin: () => pin, clock })).toBeUndefined();
		expect(asked).toBe(1);
		const other = pin.replace(/.{4}=$/, 'AAA=');
		await expect(askHealth({ url, pin: () => other, clock })).rejects.toThrow('is not the relay');
		await expect(askHealth({ url, pin: () => undefined, clock })).rejects.toThrow('it has no key yet');
		expect([asked, clock.pending]).toEqual([1, 0]);
	});
});
