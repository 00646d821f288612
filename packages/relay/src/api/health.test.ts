import { FakeClock } from '@oriel/testing/fake-clock';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import type { Derive } from '../auth/password-hash.ts';

describe('GET /healthz', () => {
	it('is 200 while passwords can be checked, with an owner and without, from one hash for many questions', async () => {
		const clock = new FakeClock();
		let hashes = 0;
		const derive: Derive = async (_password, _salt, length) => {
			hashes++;
			return Buffer.alloc(length);
		};
		await using relay = await RunningRelay.start({ clock, derive });
		for (let count = 0; count < 20; count++) expect((await ask(`${relay.url}/healthz`)).status).toBe(200);
		expect(hashes).toBe(1);
		await relay.relay.owner.setPassword('a good long password');
		expect((await ask(`${relay.url}/healthz`)).status).toBe(200);
	});

	it('is 503 while they cannot, and 200 again afterwards', async () => {
		const clock = new FakeClock();
		let finish: (() => void) | undefined;
		const derive: Derive = (_password, _salt, length) =>
			new Promise((resolve) => {
				finish = () => resolve(Buffer.alloc(length));
			});
		await using relay = await RunningRelay.start({ clock, derive });
		const first = ask(`${relay.url}/healthz`);
		await until(() => finish);
		clock.advance(5000);
		expect(await first).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
		expect((await ask(`${relay.url}/healthz`)).text).toContain('Passwords cannot be checked');
		expect((await ask(`${relay.url}/readyz`)).status).toBe(200);
		finish?.();
		await rounds();
		expect((await ask(`${relay.url}/healthz`)).status).toBe(200);
	});
});
