import { connect, createServer } from 'node:net';
import { MAX_PICTURE_BYTES } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { addKey, removeKeys } from './auth/keys.ts';

const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });

/** A port that another program has. */
async function takenPort() {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return { port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

describe('a relay', () => {
	it('ends with nothing left over, and closing it twice or thrice is the same', async () => {
		const clock = new FakeClock();
		await using running = await RunningRelay.start({ clock, cameras: ['door'] });
		const { relay } = running;
		await Promise.all([relay.close(), relay.close()]);
		await relay[Symbol.asyncDispose]();
		expect(clock.pending).toBe(0);
		await expect(ask(`http://127.0.0.1:${relay.port || 1}/healthz`)).rejects.toThrow();
	});

	it('can run beside another in one process', async () => {
		await using one = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using two = await RunningRelay.start({ clock: new FakeClock(), cameras: ['garden'] });
		const names = async (relay: RunningRelay) =>
			JSON.parse((await ask(`${relay.url}/api/cameras`, bearer(relay.token()))).text).cameras.map(
				({ name }: { name: string }) => name,
			);
		expect([await names(one), await names(two)]).toEqual([['door'], ['garden']]);
		expect((await ask(`${two.url}/api/cameras`, bearer(one.token()))).status).toBe(401);
	});

	it('has every limit though its options name none', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.socket.send(Buffer.alloc(MAX_PICTURE_BYTES + 1024 * 1024));
		await until(() => agent.last('goodbye'));
		expect(agent.last('goodbye')?.message).toContain(`pictures of up to ${MAX_PICTURE_BYTES} bytes`);
	});

	it.each([{ maxPictureBytes: Number.NaN }, { maxConnections: Number.NaN }, { memory: { incoming: Number.NaN } }])(
		'is not started with %j',
		async (options) => {
			await expect(RunningRelay.start({ clock: new FakeClock(), ...options })).rejects.toThrow(/NaN/);
		},
	);

	it('whose port is taken says so, and leaves nothing open', async () => {
		await using taken = await takenPort();
		const clock = new FakeClock();
		await expect(RunningRelay.start({ clock, port: taken.port })).rejects.toThrow('EADDRINUSE');
		expect(clock.pending).toBe(0);
		const seed = { port: taken.port, camera: 'cam', allow: ['127.0.0.1'] };
		await expect(RunningRelay.start({ clock, seed })).rejects.toThrow('EADDRINUSE');
		expect(clock.pending).toBe(0);
	});

	it('follows its keys when another program changes them, within a second', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.viewer();
		const key = await relay.byCommandLine((files) => addKey(files, clock, 'roof'));
		clock.advance(500);
		await until(() => viewer.all('announce').some(({ name }) => name === 'roof'));
		await using agent = await Peer.open(`${relay.url}/agent`, key);
		await relay.byCommandLine((files) => removeKeys(files, 'roof'));
		clock.advance(500);
		await until(() => viewer.last('withdraw'));
		expect(await agent.closed()).toBe(4003);
		await expect(Peer.open(`${relay.url}/agent`, key)).rejects.toThrow('1006');
	});

	it('serves the seed’s URL for the only camera, or the one named, or none', async () => {
		const clock = new FakeClock();
		await using one = await RunningRelay.start({ clock, cameras: ['door'] });
		await using two = await RunningRelay.start({ clock, cameras: ['door', 'roof'] });
		const seed = { port: 0, camera: 'cam', allow: ['127.0.0.1'] };
		await using named = await RunningRelay.start({ clock, cameras: ['door', 'roof'], seed });
		const status = async (relay: RunningRelay) =>
			(await ask(`${relay.url}/stream.mjpg`, { ...bearer(relay.token()), headOnly: true })).status;
		expect([await status(one), await status(two), await status(named)]).toEqual([200, 404, 200]);
	});
});

describe('the end of a relay', () => {
	it('is told to agents and viewers, with a time to come back; streams end; newcomers are sent away; it takes no ten seconds', async () => {
		const clock = new FakeClock();
		await using running = await RunningRelay.start({ clock, cameras: ['door'] });
		await using agent = await running.agent('door');
		await using viewer = await running.viewer();
		agent.announce('door');
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		let streamEnded = false;
		const stream = connect(running.relay.port, '127.0.0.1').on('error', () => {});
		stream
			.on('data', () => {})
			.on('close', () => {
				streamEnded = true;
			});
		stream.write(
			`GET /cameras/door/stream.mjpg HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${running.token()}\r\n\r\n`,
		);
		await until(() => stream.bytesRead > 500);
		// A client that is connected and never goes on its own.
		const stubborn = connect({ port: running.relay.port, host: '127.0.0.1', allowHalfOpen: true });
		stubborn.on('error', () => {}).resume();
		await until(() => stubborn.readyState === 'open');
		stubborn.write('GET /healthz HTTP/1.1\r\nhost: x\r\n');
		await until(() => stubborn.bytesWritten > 0);

		expect((await ask(`${running.url}/readyz`)).status).toBe(200);
		let closed = false;
		const closing = running.relay.close().then(() => {
			closed = true;
		});
		expect(await agent.closed()).toBe(1012);
		expect(await viewer.closed()).toBe(1012);
		for (const peer of [agent, viewer]) {
			expect(peer.last('goodbye')).toMatchObject({ reason: 'shutting-down', retryAfterMs: 1000 });
		}
		await until(() => streamEnded);
		expect((await ask(`${running.url}/readyz`)).status).toBe(503);
		expect((await ask(`${running.url}/healthz`)).status).toBe(200);
		const late = await ask(`${running.url}/api/cameras`, bearer(running.token()));
		expect([late.status, late.headers['retry-after']]).toEqual([503, '1']);
		expect(closed).toBe(false);
		clock.advance(3000);
		await closing;
		await until(() => stubborn.readableEnded);
		stubborn.destroy();
		expect(clock.pending).toBe(0);
	});
});

describe('the metrics', () => {
	it('have the names that the contract promises', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using viewer = await relay.viewer();
		viewer.watch('door');
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		viewer.ack(await until(() => viewer.frames[0]), 120);
		const sight = await until(() => agent.last('ack'));
		expect(sight.ageMs).toBe(0);
		const lines = (await ask(`${relay.url}/metrics`)).text.split('\n');
		const bytes = jpeg(1).length;
		for (const line of [
			'oriel_build_info{version="0.0.0"} 1',
			'oriel_camera_up{camera="door"} 1',
			'oriel_ingest_frames_total{camera="door"} 1',
			`oriel_ingest_bytes_total{camera="door"} ${bytes}`,
			'oriel_ingest_reconnects_total{camera="door"} 0',
			'oriel_viewers{camera="door",transport="live"} 1',
			'oriel_viewers{camera="door",transport="mjpeg"} 0',
			'oriel_egress_frames_total{camera="door",transport="live"} 1',
			'oriel_frames_dropped_total{camera="door",hop="uplink",reason="behind"} 0',
			'oriel_frame_age_seconds_count{hop="ingest"} 1',
		]) {
			expect(lines).toContain(line);
		}
		for (const name of [
			'oriel_egress_bytes_total',
			'oriel_auth_failures_total',
			'oriel_rate_limited_total',
			'nodejs_eventloop_lag_seconds',
			'nodejs_eventloop_lag_p99_seconds',
		]) {
			expect(lines.some((line) => line.startsWith(`# TYPE ${name} `))).toBe(true);
		}
	});
});
