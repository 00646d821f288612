import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { jpeg } from '../rehearsal/pictures.ts';
import { RunningRelay } from '../rehearsal/running-relay.ts';
import { until } from '../rehearsal/until.ts';

describe('snapshot.jpg', () => {
	it('is the newest picture with the time it was taken, kept by nobody', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		const get = (method = 'GET') =>
			fetch(`${relay.url}/cameras/door/snapshot.jpg`, {
				method,
				headers: { authorization: `Bearer ${relay.token()}` },
			});
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		agent.frame(1, jpeg(2));
		await until(() => agent.last('ack')?.sequence === 1);
		clock.advance(65_000);
		const answer = await get();
		expect(answer.status).toBe(200);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			'content-type': 'image/jpeg',
			'cache-control': 'private, no-store',
			'last-modified': 'Sun, 22 Nov 2026 14:02:00 GMT',
			'content-disposition': 'inline; filename="door-2026-11-22T14-02-00-000Z.jpg"',
		});
		expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), jpeg(2))).toBe(0);
		const head = await get('HEAD');
		expect([head.status, head.headers.get('content-length')]).toEqual([200, String(jpeg(2).length)]);
		expect(await head.text()).toBe('');
	});

	it('before the first picture is 503, with a time to ask again', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		const headers = { authorization: `Bearer ${relay.token()}` };
		const answer = await fetch(`${relay.url}/cameras/door/snapshot.jpg`, { headers });
		expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
		expect(await answer.json()).toMatchObject({ error: { code: 'no-picture' } });
	});
});
