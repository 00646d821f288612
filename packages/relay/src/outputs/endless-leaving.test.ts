import { request } from 'node:http';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';

it('a viewer of stream.mjpg is counted while it is there, and what it got stays counted', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	agent.announce('door');
	agent.frame(0, jpeg(1));
	await until(() => agent.last('ack'));
	const metric = (name: string) => relay.metric(`${name}{camera="door",transport="mjpeg"}`);
	const headers = { authorization: `Bearer ${relay.token()}` };
	let seen = Buffer.alloc(0);
	const call = request(`${relay.url}/cameras/door/stream.mjpg`, { headers, agent: false }, (response) => {
		response.on('data', (chunk: Buffer) => {
			seen = Buffer.concat([seen, chunk]);
		});
		response.on('error', () => {});
	});
	call.on('error', () => {}).end();
	await until(() => seen.includes(Buffer.from(jpeg(1))));
	expect(await metric('oriel_viewers')).toBe(1);
	clock.advance(3000);
	call.destroy();
	await until(() =>
		/viewer left.*"transport":"mjpeg","reason":"the viewer left","seconds":3,"frames":1/.test(relay.logged),
	);
	expect(await metric('oriel_viewers')).toBe(0);
	expect(await metric('oriel_egress_frames_total')).toBe(1);
	expect(await metric('oriel_egress_bytes_total')).toBeGreaterThan(jpeg(1).length);
});
