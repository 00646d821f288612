import { connect } from 'node:net';
import { encodeLengthPrefixed } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';

async function start() {
	const clock = new FakeClock();
	const seed = { port: 0, camera: 'cam', allow: ['127.0.0.0/8'] };
	const relay = await RunningRelay.start({ clock, seed, maxPictureBytes: 100_000 });
	const dial = () =>
		connect({ port: relay.relay.ports['lp-jpeg'] ?? 0, host: '127.0.0.1', noDelay: true }).on('error', () => {});
	return { clock, relay, dial };
}

it('a sender that resets its connection ends that connection and nothing else', async () => {
	const { relay, dial } = await start();
	await using _ = relay;
	for (const begun of [
		new Uint8Array(0),
		encodeLengthPrefixed(jpeg(1)),
		encodeLengthPrefixed(jpeg(1)).subarray(0, 300),
	]) {
		const ends = relay.logged.split('camera left').length;
		const sender = dial();
		await until(() => !sender.connecting);
		sender.write(begun);
		await until(() => relay.logged.split('stream opened').length > ends);
		sender.resetAndDestroy();
		await until(() => relay.logged.split('camera left').length > ends);
	}
	expect((await ask(`${relay.url}/healthz`)).status).toBe(200);
	await using viewer = await relay.viewer();
	viewer.watch('cam');
	const sender = dial();
	sender.write(encodeLengthPrefixed(jpeg(2)));
	await until(() => viewer.frames.length > 0);
	sender.destroy();
});

it('a sender is told apart in the log by what it sent, and counted in the metrics', async () => {
	const { clock, relay, dial } = await start();
	await using _ = relay;
	await using viewer = await relay.viewer();
	const sender = dial();
	const none = Buffer.from('no picture '.repeat(30));
	sender.write(Buffer.concat([jpeg(1), none, jpeg(2)].map(encodeLengthPrefixed)));
	await until(() => viewer.last('status')?.state === 'live');
	expect(viewer.last('announce')).toMatchObject({ codec: 'jpeg', width: 16, height: 16 });
	clock.advance(2000);
	sender.end();
	await until(() => /camera left.*"reason":"the sender left","seconds":2,"frames":2,"broken":1}/.test(relay.logged));
	const { text } = await ask(`${relay.url}/metrics`);
	expect(text).toContain('oriel_frame_age_seconds_count{hop="ingest"} 2');
	expect(text).toContain('oriel_frames_dropped_total{camera="cam",hop="ingest",reason="broken"} 1');
});

it('a picture over the limit is named as the reason of the end', async () => {
	const { relay, dial } = await start();
	await using _ = relay;
	const sender = dial();
	sender.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
	sender.resume();
	await until(() => sender.closed);
	await until(() => /camera left.*"reason":"[^"]*4294967295/.test(relay.logged));
});

it('a sender that is connected when the relay ends is let go, and the port is closed', async () => {
	const { clock, relay, dial } = await start();
	const sender = dial();
	sender.write(encodeLengthPrefixed(jpeg(1)));
	await until(() => relay.logged.includes('stream opened'));
	sender.resume();
	const port = relay.relay.ports['lp-jpeg'] ?? 0;
	await relay[Symbol.asyncDispose]();
	await until(() => sender.closed);
	const late = connect({ port, host: '127.0.0.1' });
	const failure = await new Promise<NodeJS.ErrnoException>((resolve) => late.once('error', resolve));
	expect(failure.code).toBe('ECONNREFUSED');
	expect(clock.pending).toBe(0);
});
