import { micros } from '@oriel/base';
import { encodeJpeg, inspectJpeg } from '@oriel/media';
import { encode } from '@oriel/protocol';
import { TestPattern } from '@oriel/testcard';
import { type AgentFixture, closeFixtures, setUpAgent } from '@oriel/testing/agent/agent-fixture';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

closeFixtures();

const FPS = 25;
const ROW = { width: 640, height: 480 };

/** A picture of a size and detail that cameras have: some 25 KB. */
const BIG = encodeJpeg(
	new TestPattern({ ...ROW, title: 'pause', camera: 'pause' }).paint({ time: 1, sequence: 1, clockText: 'now' }),
	{ quality: 95, padTo: 25_000 },
);

async function ask(fixture: AgentFixture, want: 'pause' | 'resume'): Promise<void> {
	fixture.line.send({ type: 'request', camera: 1, want });
	await fixture.answered();
}

/** Pictures for so long. */
async function film(fixture: AgentFixture, seconds: number): Promise<void> {
	const format = { codec: 'jpeg', codecString: undefined, ...ROW } as const;
	for (let count = 0; count < seconds * FPS; count++) {
		fixture.source.give({ key: true, capturedAt: fixture.clock.now(), data: BIG, format });
		await fixture.clock.settle(1000 / FPS);
	}
}

describe('an agent without viewers', () => {
	it('sends less than 2 KB a second, and a small poster every five seconds', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		await film(fixture, 1);
		await ask(fixture, 'pause');
		fixture.line.received.length = 0;
		for (let ping = 0; ping < 30; ping++) {
			fixture.line.send({ type: 'ping', sentAt: ping });
			await film(fixture, 2);
		}
		await fixture.answered();
		const { received, types } = fixture.line;
		expect(types.filter((type) => type === 'poster')).toHaveLength(12);
		expect(types.filter((type) => type === 'pong')).toHaveLength(30);
		expect(new Set(types)).toEqual(new Set(['poster', 'pong']));
		const bytes = received.reduce((sum, message) => sum + encode(message).length + TCP_AND_WEBSOCKET_BYTES, 0);
		expect(bytes).toBeLessThan(60 * 2000);
		expect(inspectJpeg(fixture.line.last('poster')?.data ?? Buffer.of())).toMatchObject({ width: 80, height: 60 });
	});

	it('sends the newest picture as soon as there is a viewer', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		await ask(fixture, 'pause');
		await film(fixture, 10);
		const newest = fixture.clock.now() - micros(1000 / FPS);
		await ask(fixture, 'resume');
		await until(() => fixture.line.frames.length > 0);
		expect(Math.abs((fixture.line.frames[0]?.capturedAt ?? 0) - newest)).toBeLessThan(1000);
	});

	it('goes on with a key frame and what follows it', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.takeH264('kddd');
		await until(() => fixture.line.frames.length === 4);
		await ask(fixture, 'pause');
		fixture.takeH264('ddkddkdd');
		await ask(fixture, 'resume');
		await until(() => fixture.line.frames.length === 7);
		expect(fixture.line.frames.slice(4).map(({ key }) => key)).toEqual([true, false, false]);
	});

	it('lets a source that can do less do less, and sends none of its old pictures', async () => {
		const source = new ScriptedSource([], { canPause: true });
		const fixture = await setUpAgent({}, { source });
		await fixture.connected();
		await ask(fixture, 'pause');
		await ask(fixture, 'pause');
		expect(source.pauses).toEqual([true]);
		const format = { codec: 'jpeg', codecString: undefined, ...ROW } as const;
		source.give({ key: true, capturedAt: fixture.clock.now(), data: BIG, format });
		await ask(fixture, 'resume');
		expect(source.pauses).toEqual([true, false]);
		expect(fixture.line.frames).toEqual([]);
	});

	it('goes on when the relay has gone: the next one has not asked for anything', async () => {
		const source = new ScriptedSource([], { canPause: true });
		const fixture = await setUpAgent({}, { source });
		await fixture.connected();
		await ask(fixture, 'pause');
		fixture.line.socket.terminate();
		await until(() => source.pauses.length === 2);
		expect(source.pauses).toEqual([true, false]);
	});

	it('does not offer to pause if it is to be always on', async () => {
		const fixture = await setUpAgent({}, { alwaysOn: true });
		await fixture.connected();
		fixture.take();
		await until(() => fixture.line.frames.length === 1);
		expect(fixture.line.last('announce')?.capabilities).toEqual(['key-frame']);
	});
});

/** Of every message: headers of IPv4, TCP with time stamps, and WebSocket. */
const TCP_AND_WEBSOCKET_BYTES = 20 + 32 + 8;
