import { connect, type Socket } from 'node:net';
import { encodeLengthPrefixed } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg, withoutTables } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

async function start(allow = ['127.0.0.0/8']) {
	const clock = new FakeClock();
	const seed = { port: 0, camera: 'cam', allow };
	const relay = await RunningRelay.start({ clock, seed, maxPictureBytes: 100_000 });
	const viewer = await relay.ownersPage();
	viewer.watch('cam');
	return {
		clock,
		relay,
		viewer,
		dial: () =>
			connect({ port: relay.relay.ports['lp-jpeg'] ?? 0, host: '127.0.0.1', noDelay: true }).on('error', () => {}),
		async [Symbol.asyncDispose]() {
			await viewer[Symbol.asyncDispose]();
			await relay[Symbol.asyncDispose]();
		},
	};
}

async function gone(socket: Socket): Promise<void> {
	socket.resume();
	await until(() => socket.closed);
}

describe('the seed’s sender', () => {
	it('begins with an empty message and is shown, whether its messages come merged or in single bytes', async () => {
		await using fixture = await start();
		const sender = fixture.dial();
		sender.write(Buffer.concat([new Uint8Array(0), jpeg(1)].map(encodeLengthPrefixed)));
		fixture.viewer.ack(await until(() => fixture.viewer.frames[0]));
		for (const byte of encodeLengthPrefixed(jpeg(2))) sender.write(Uint8Array.of(byte));
		const second = await until(() => fixture.viewer.frames[1]);
		expect(Buffer.compare(second.data, jpeg(2))).toBe(0);
		sender.destroy();
		await until(() => fixture.viewer.last('status')?.state === 'offline');
		expect(fixture.viewer.last('status')?.reason).toBe('the sender left');
	});

	it('has its pictures dated by their first byte', async () => {
		await using fixture = await start();
		const sender = fixture.dial();
		const startedAt = fixture.clock.now();
		sender.write(Buffer.concat([encodeLengthPrefixed(jpeg(1)), encodeLengthPrefixed(jpeg(2)).subarray(0, 300)]));
		fixture.viewer.ack(await until(() => fixture.viewer.frames[0]));
		fixture.clock.advance(400);
		sender.write(encodeLengthPrefixed(jpeg(2)).subarray(300));
		const { capturedAt } = await until(() => fixture.viewer.frames[1]);
		expect(Math.abs(capturedAt - startedAt)).toBeLessThan(10);
		sender.destroy();
	});

	it('may leave in the middle of a picture, which is not shown', async () => {
		await using fixture = await start();
		const sender = fixture.dial();
		sender.write(encodeLengthPrefixed(jpeg(1)));
		await until(() => fixture.viewer.frames[0]);
		sender.end(encodeLengthPrefixed(jpeg(2)).subarray(0, 300));
		await until(() => fixture.viewer.last('status')?.state === 'offline');
		expect(fixture.viewer.last('status')?.reason).toBe('the sender left in the middle of a picture');
		expect(fixture.viewer.frames).toHaveLength(1);
	});

	it('is cut off at a length over the limit', async () => {
		await using fixture = await start();
		const sender = fixture.dial();
		sender.write(Buffer.concat([encodeLengthPrefixed(jpeg(1)), Uint8Array.of(0xff, 0xff, 0xff, 0xff)]));
		await gone(sender);
	});

	it('sends what is no picture: it is passed over', async () => {
		await using fixture = await start();
		const sender = fixture.dial();
		sender.write(encodeLengthPrefixed(Buffer.from('no picture '.repeat(30))));
		sender.write(encodeLengthPrefixed(withoutTables(jpeg(3))));
		const shown = await until(() => fixture.viewer.frames[0]);
		expect(shown.data.length).toBe(withoutTables(jpeg(3)).length + 420);
		sender.destroy();
	});

	it('gives way to the next one', async () => {
		await using fixture = await start();
		const first = fixture.dial();
		first.write(encodeLengthPrefixed(jpeg(1)));
		fixture.viewer.ack(await until(() => fixture.viewer.frames[0]));
		const second = fixture.dial();
		await gone(first);
		second.write(encodeLengthPrefixed(jpeg(2)));
		await until(() => fixture.viewer.frames[1]);
		expect(fixture.viewer.all('status').map(({ state }) => state)).not.toContain('offline');
		second.destroy();
	});

	it.each([
		[['10.0.0.0/8', '::1'], false],
		[['127.0.0.2'], false],
		[['127.0.0.1'], true],
		[['0.0.0.0/0'], true],
	])('is let in only from the addresses allowed: %j', async (allow, isIn) => {
		await using fixture = await start(allow);
		const sender = fixture.dial();
		sender.write(encodeLengthPrefixed(jpeg(1)));
		if (isIn) await until(() => fixture.viewer.frames[0]);
		else await gone(sender);
		expect(fixture.viewer.last('status')?.state).toBe(isIn ? 'live' : 'never');
		sender.destroy();
	});
});
