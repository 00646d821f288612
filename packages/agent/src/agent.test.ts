import { Secret } from '@oriel/base';
import { encode } from '@oriel/protocol';
import { closeFixtures, setUpAgent } from '@oriel/testing/agent/agent-fixture';
import { frame, H264_FORMAT } from '@oriel/testing/agent/frames';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RecordingLog } from '@oriel/testing/recording-log';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { startAgent } from './agent.ts';
import { SourceError } from './errors/source-error.ts';

closeFixtures();

describe('an agent with a relay', () => {
	it('greets, introduces its camera, and sends every picture', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		for (let count = 0; count < 5; count++) {
			fixture.take();
			await until(() => fixture.line.frames.length === count + 1);
		}
		expect(fixture.line.received[0]).toMatchObject({ type: 'hello', version: 1, software: 'oriel-agent/0.1.0' });
		expect(fixture.line.received[1]).toMatchObject({
			type: 'announce',
			camera: 1,
			name: 'front-door',
			title: 'Front door',
			codec: 'jpeg',
			width: 16,
			height: 16,
			stream: 0,
			capabilities: ['key-frame', 'pause'],
		});
		expect(fixture.line.frames.map(({ camera, sequence }) => [camera, sequence])).toEqual(
			[0, 1, 2, 3, 4].map((n) => [1, n]),
		);
		expect(fixture.line.frames[0]).toMatchObject({ key: true, capturedAt: fixture.clock.now() });
	});

	it('announces a new size before the first picture that has it', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.take(16, 16);
		await until(() => fixture.line.frames.length === 1);
		fixture.take(32, 24);
		await until(() => fixture.line.frames.length === 2);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame', 'announce', 'frame']);
		expect(fixture.line.last('announce')).toMatchObject({ width: 32, height: 24, stream: 0 });
	});

	it('answers a ping at once, on its own clock', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.line.send({ type: 'ping', sentAt: 77 });
		await until(() => fixture.line.last('pong') !== undefined);
		const now = fixture.clock.now();
		expect(fixture.line.last('pong')).toEqual({ type: 'pong', pingSentAt: 77, receivedAt: now, sentAt: now });
	});

	it('says nothing but hello to a relay that has not greeted it', async () => {
		const fixture = await setUpAgent({ greets: false });
		await until(() => fixture.relay.agent?.types.includes('hello') === true);
		fixture.take();
		fixture.line.send({ type: 'ping', sentAt: 1 });
		await until(() => fixture.line.types.includes('pong'));
		expect(fixture.line.types).toEqual(['hello', 'pong']);
	});

	it('announces nothing before the first picture, and then what it is', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		expect(fixture.line.types).toEqual(['hello']);
		fixture.takeH264('k');
		await until(() => fixture.line.frames.length === 1);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame']);
		expect(fixture.line.last('announce')).toMatchObject({ ...H264_FORMAT, stream: 0 });
	});

	it.each([
		['codec', frame(1, 0).format, 1],
		['codec string', { ...H264_FORMAT, codecString: 'avc1.640028' }, 1],
		['size', { ...H264_FORMAT, width: 128 }, 0],
	])('announces another %s before the first picture that has it', async (_what, format, stream) => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.takeH264('kd');
		await until(() => fixture.line.frames.length === 2);
		fixture.takeH264('kd', format);
		await until(() => fixture.line.frames.length === 4, fixture.clock);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame', 'frame', 'announce', 'frame', 'frame']);
		const { codec, codecString, width } = fixture.line.last('announce') ?? expect.unreachable();
		expect({ codec, codecString, width }).toEqual({
			codec: format.codec,
			codecString: format.codecString,
			width: format.width,
		});
		expect(fixture.line.last('announce')?.stream).toBe(stream);
	});

	it('sends posters, but none before it has announced the camera', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		const poster = { capturedAt: fixture.clock.now(), data: jpeg(9) };
		fixture.source.givePoster(poster);
		fixture.takeH264('k');
		fixture.source.givePoster({ ...poster, capturedAt: poster.capturedAt + 7 });
		await until(() => fixture.line.types.includes('poster'));
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame', 'poster']);
		const sent = fixture.line.last('poster');
		expect(sent).toMatchObject({ camera: 1, capturedAt: poster.capturedAt + 7 });
		expect(Buffer.compare(sent?.data ?? Buffer.of(), poster.data)).toBe(0);
	});

	it('asks its camera for the key frame that the relay wants, at most once a second', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		for (let times = 0; times < 3; times++) fixture.line.send({ type: 'request', camera: 1, want: 'key-frame' });
		await fixture.answered();
		expect(fixture.source.keyRequests).toBe(1);
		fixture.clock.advance(1000);
		fixture.line.send({ type: 'request', camera: 1, want: 'key-frame' });
		await fixture.answered();
		expect(fixture.source.keyRequests).toBe(2);
	});

	it('bears reports that it can do nothing about', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.line.send({ type: 'error', camera: 1, code: 'odd', message: 'something is odd' });
		await until(() => fixture.log.about('the relay reports an error').length === 1);
		expect(fixture.line.isOpen).toBe(true);
	});
});

describe('an agent with a slow relay', () => {
	it('keeps one picture, the newest, and has it sent as soon as the path is free', async () => {
		const fixture = await setUpAgent({ acks: false });
		await fixture.connected();
		for (let count = 0; count < 200; count++) {
			fixture.take();
			await fixture.clock.settle(40);
		}
		expect(fixture.line.frames.map(({ sequence }) => sequence)).toEqual([0, 1]);
		fixture.line.ack(1);
		await until(() => fixture.line.frames.length === 3);
		expect(fixture.line.frames.at(-1)?.sequence).toBe(199);
	});
});

describe('an agent with a slow relay and a camera of H.264', () => {
	it('skips to the newest key frame, sends what follows it, and shows the gap in the sequence', async () => {
		const fixture = await setUpAgent({ acks: false });
		await fixture.connected();
		fixture.takeH264('kddddkddkd');
		await until(() => fixture.line.frames.length === 2);
		fixture.line.ack(1);
		await until(() => fixture.line.frames.length === 4, fixture.clock);
		expect(fixture.line.frames.map(({ sequence, key }) => [sequence, key])).toEqual([
			[0, true],
			[1, false],
			[8, true],
			[9, false],
		]);
	});

	it('begins with a key frame on a new connection, and asks its camera for it', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.takeH264('kd');
		await until(() => fixture.line.frames.length === 2);
		fixture.line.socket.terminate();
		await until(() => fixture.relay.connections.length === 2, fixture.clock);
		await fixture.connected(2);
		fixture.takeH264('dd');
		expect(fixture.source.keyRequests).toBe(1);
		fixture.takeH264('kd');
		await until(() => fixture.line.frames.length === 2);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame', 'frame']);
		expect(fixture.line.frames.map(({ sequence, key }) => [sequence, key])).toEqual([
			[4, true],
			[5, false],
		]);
	});
});

describe('an agent whose relay comes and goes', () => {
	it('comes back within a second of a restart, with a fresh picture first', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.take();
		await until(() => fixture.line.frames.length === 1);
		await fixture.relay.kill();
		await until(() => fixture.log.about('connection to the relay ended').length === 1);
		await until(() => fixture.log.about('nothing listens').length === 1, fixture.clock);
		for (let count = 0; count < 10; count++) fixture.take();
		await fixture.relay.listen();
		await until(() => fixture.relay.connections.length === 2, fixture.clock);
		await fixture.connected(2);
		expect(fixture.line.frames).toEqual([]);
		fixture.take();
		await until(() => fixture.line.frames.length === 1);
		expect(fixture.line.frames[0]?.sequence).toBe(11);
		expect(fixture.line.last('announce')).toMatchObject({ width: 16, height: 16 });
	});

	it('writes one line about a connection that ended', async () => {
		const fixture = await setUpAgent({ acks: false });
		await fixture.connected();
		for (let count = 0; count < 5; count++) fixture.take();
		await until(() => fixture.line.frames.length === 2);
		fixture.clock.advance(6000);
		fixture.line.socket.terminate();
		await until(() => fixture.log.about('connection to the relay ended').length === 1);
		const words = 'connection to the relay ended: the connection to the relay broke';
		const fields = { durationMs: 6000, sent: 2, replaced: 3, missed: 0 };
		expect(fixture.log.about('ended')).toEqual([{ level: 'info', words, fields }]);
	});

	it('takes a relay for dead that is silent for 15 s', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		await until(() => fixture.log.about('connected to the relay').length === 1);
		fixture.clock.advance(14_900);
		await fixture.clock.settle();
		expect(fixture.line.isOpen).toBe(true);
		fixture.clock.advance(200);
		await until(() => !fixture.line.isOpen);
		await until(() => fixture.log.about('connection to the relay ended').length === 1);
		expect(fixture.log.about('ended')[0]?.words).toContain('the relay has been silent for 15 s');
		expect(fixture.line.last('goodbye')).toMatchObject({ reason: 'silent', retryAfterMs: 0 });
	});

	it('stays with a relay that pings and says nothing else', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		for (let times = 1; times <= 20; times++) {
			fixture.line.send({ type: 'ping', sentAt: times });
			await until(() => fixture.line.last('pong')?.pingSentAt === times);
			fixture.clock.advance(2000);
		}
		expect(fixture.relay.connections).toHaveLength(1);
	});

	it('does not write the same failure again and again', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		await fixture.relay.kill();
		await until(() => fixture.log.about('nothing listens').length === 3, fixture.clock, 50);
		const [first, second] = fixture.log.about('nothing listens');
		expect(first?.words).toMatch(/^nothing listens at 127\.0\.0\.1:\d+; is the relay running\?$/);
		expect(second?.words).toBe(`still: ${first?.words}`);
		expect(second?.fields.times).toBeGreaterThan(10);
	});
});

describe('an agent whose relay sends it away', () => {
	it('says once that its key is rejected, and tries again now and then until it is accepted', async () => {
		const fixture = await setUpAgent({
			refuse: { status: 401, body: '{"error":{"code":"x","message":"unknown key"}}' },
		});
		await until(() => fixture.relay.refusals === 1);
		await until(() => fixture.log.lines.some(({ level }) => level === 'error'));
		expect(fixture.log.about('key')[0]?.words).toBe('the relay does not accept this key: unknown key');
		fixture.clock.advance(29_900);
		await fixture.clock.settle();
		expect(fixture.relay.refusals).toBe(1);
		await until(() => fixture.relay.refusals === 2, fixture.clock, 100);
		await fixture.clock.settle();
		expect(fixture.log.about('key')).toHaveLength(1);
		fixture.relay.behavior.refuse = undefined;
		await until(() => fixture.relay.connections.length === 1, fixture.clock, 100);
		await fixture.connected();
		expect(JSON.stringify(fixture.log.lines)).not.toContain('k1');
	});

	it('comes back when a goodbye says so', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		const goodbye = { type: 'goodbye', reason: 'shutting-down', message: 'restarting', retryAfterMs: 4000 } as const;
		fixture.line.send(goodbye);
		await until(() => fixture.log.about('connection to the relay ended').length === 1);
		expect(fixture.log.about('ended')[0]?.words).toContain('the relay said goodbye (shutting-down): restarting');
		fixture.clock.advance(3900);
		await fixture.clock.settle();
		expect(fixture.relay.connections).toHaveLength(1);
		fixture.clock.advance(1000);
		await fixture.connected(2);
	});

	it('writes one line about a relay that takes it in and sends it away again at once', async () => {
		const fixture = await setUpAgent();
		for (let count = 1; count <= 10; count++) {
			await until(() => fixture.relay.connections.length === count, fixture.clock);
			await fixture.connected(count);
			const message = 'This key is of camera "garden"';
			fixture.line.send({ type: 'goodbye', reason: 'protocol-error', message, retryAfterMs: 1000 });
			await until(() => !fixture.line.isOpen);
		}
		const seen = fixture.log.lines.map(({ words }) => words.replace(/^.*: /, ''));
		expect(seen).toEqual(['connected to the relay', 'This key is of camera "garden"', 'connected to the relay']);
	});

	it('leaves the place to another agent for a minute when it is taken over', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.line.send({ type: 'goodbye', reason: 'taken-over', message: 'x', retryAfterMs: null });
		await until(() => fixture.log.about('connection to the relay ended').length === 1);
		expect(fixture.log.about('ended')[0]?.words).toContain("another agent sends pictures with this camera's key");
		fixture.clock.advance(59_000);
		await fixture.clock.settle();
		expect(fixture.relay.connections).toHaveLength(1);
		fixture.clock.advance(16_000);
		await fixture.connected(2);
	});

	it.each([
		['text', (socket: { send(data: unknown): void }) => socket.send('hello')],
		['garbage', (socket: { send(data: unknown): void }) => socket.send(Buffer.from([1, 0, 0, 0, 0, 0, 0, 9, 0x7b]))],
		[
			'another version',
			(socket: { send(data: unknown): void }) =>
				socket.send(encode({ type: 'hello', version: 2, software: 'x', capabilities: [] })),
		],
		['to a viewer', (socket: { send(data: unknown): void }) => socket.send(encode({ type: 'withdraw', camera: 1 }))],
	])('says goodbye to a relay that speaks %s', async (_name, misbehave) => {
		const fixture = await setUpAgent();
		await fixture.connected();
		misbehave(fixture.line.socket as never);
		await until(() => fixture.line.last('goodbye') !== undefined && !fixture.line.isOpen);
		expect(fixture.line.last('goodbye')).toMatchObject({
			reason: 'protocol-error',
			message: expect.stringMatching(/^the relay broke the protocol: /),
			retryAfterMs: 5000,
		});
		expect(fixture.line.closeCode).toBe(1002);
		await until(() => fixture.log.about('ended').length === 1);
	});

	it('introduces its camera once to a relay that says hello again', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.take();
		await until(() => fixture.line.frames.length === 1);
		fixture.line.send({ type: 'hello', version: 1, software: 'again', capabilities: ['tracks'] });
		fixture.line.send({ type: 'ping', sentAt: 1 });
		await until(() => fixture.line.last('pong') !== undefined);
		expect(fixture.line.types.filter((type) => type === 'announce')).toHaveLength(1);
	});
});

describe('an agent whose camera fails', () => {
	const lost = new SourceError('broken', 'the cable is loose', { again: 'soon' });

	it('announces it to say why, even if it has never worked', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.source.fail(lost);
		await until(() => fixture.line.types.includes('status'));
		expect(fixture.line.types).toEqual(['hello', 'announce', 'status']);
		expect(fixture.line.last('announce')).toMatchObject({ width: 0, height: 0 });
		await until(() => fixture.source.isOpen, fixture.clock);
		fixture.takeH264('k');
		await until(() => fixture.line.frames.length === 1);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'status', 'announce', 'frame']);
		expect(fixture.line.last('announce')).toMatchObject(H264_FORMAT);
	});

	it('says why, and goes on when it is back', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.take();
		fixture.source.fail(lost);
		await until(() => fixture.line.last('status') !== undefined);
		const since = fixture.clock.now();
		expect(fixture.line.last('status')).toMatchObject({
			camera: 1,
			state: 'stalled',
			since,
			reason: 'the cable is loose',
		});
		await until(() => fixture.source.isOpen, fixture.clock);
		fixture.take();
		await until(() => fixture.line.frames.length === 2);
		expect(fixture.line.types.filter((type) => type === 'status')).toHaveLength(1);
		expect(fixture.line.types.slice(-2)).toEqual(['announce', 'frame']);
		expect(fixture.line.last('announce')).toMatchObject({ stream: 1 });
	});

	it('goes on with the same stream where a silence ends with a delta frame', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.takeH264('kd');
		await until(() => fixture.line.frames.length === 2);
		fixture.clock.advance(10_100);
		fixture.takeH264('d');
		await until(() => fixture.line.frames.length === 3);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame', 'frame', 'status', 'frame']);
	});

	it('tells it a relay too that comes later, and no longer when it is over', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.source.fail(lost);
		await until(() => fixture.line.last('status') !== undefined);
		fixture.line.socket.terminate();
		await until(() => fixture.relay.connections.length === 2, fixture.clock);
		await until(() => fixture.line.last('status') !== undefined);
		expect(fixture.line.last('status')).toMatchObject({ reason: 'the cable is loose' });
		await until(() => fixture.source.isOpen, fixture.clock);
		fixture.take();
		fixture.line.socket.terminate();
		await until(() => fixture.relay.connections.length === 3, fixture.clock);
		await fixture.connected(3);
		expect(fixture.line.last('status')).toBeUndefined();
	});

	it('ends when its source has ended for good, and says so', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.source.fail(new SourceError('ended', 'standard input ended', { again: 'never' }));
		await expect(fixture.agent.closed).rejects.toThrow('standard input ended');
		expect(fixture.line.last('goodbye')).toMatchObject({ reason: 'finished', message: 'standard input ended' });
		await fixture.agent.close();
	});
});

describe('the end of an agent', () => {
	it('is announced, and comes as soon as the relay has heard of it', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		await Promise.all([fixture.agent.close(), fixture.agent.close()]);
		await fixture.agent.closed;
		expect(fixture.line.last('goodbye')).toMatchObject({ reason: 'finished', retryAfterMs: null });
		expect(fixture.source.isOpen).toBe(false);
		await until(() => !fixture.line.isOpen);
	});

	it('waits 2 s for a relay that does not listen, and no longer', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.line.socket.pause();
		let closed = false;
		const closing = fixture.agent.close().then(() => {
			closed = true;
		});
		await fixture.clock.settle(1900);
		expect(closed).toBe(false);
		fixture.clock.advance(200);
		await closing;
	});

	it.each(['dialling', 'waiting'])('does not wait while %s', async (what) => {
		const fixture = await setUpAgent(what === 'waiting' ? { refuse: { status: 500 } } : {});
		if (what === 'waiting') await until(() => fixture.log.about('status 500').length === 1);
		await fixture.agent.close();
	});

	it('is immediate when it is aborted by its signal, with nothing said', async () => {
		const fixture = await setUpAgent();
		await fixture.connected();
		fixture.abort.abort(new Error('enough'));
		await fixture.agent.closed;
		await until(() => !fixture.line.isOpen);
		expect(fixture.line.last('goodbye')).toBeUndefined();
	});

	it('may be known from the start', async () => {
		const config = { relay: '127.0.0.1:1', name: 'cam', key: new Secret('k'), source: new ScriptedSource() };
		const clock = new FakeClock();
		const signal = AbortSignal.abort();
		await startAgent(config, { clock, log: new RecordingLog(), signal, random: () => 0 }).closed;
		expect(clock.pending).toBe(0);
	});
});

describe('startAgent', () => {
	it.each([
		[{ name: 'Front Door' }, 'bad-name', '"Front Door" cannot be the name of a camera'],
		[
			{ pin: 'sha256/x', relay: 'https://relay.example' },
			'bad-option',
			'"sha256/x" is not a pin; expected: sha256/ and 44 letters, as it was printed',
		],
		[
			{ pin: 'sha256/x', relay: 'http://relay.example' },
			'bad-option',
			'a pin is for https, and the address of the relay says http',
		],
		[{ title: 'x'.repeat(501) }, 'bad-option', 'the title has 501 characters; expected at most 500'],
		[{ relay: 'ftp://x' }, 'bad-relay', '"ftp://x" is no address of a relay'],
	])('refuses %.40j', (wrong, code, words) => {
		const config = { relay: 'localhost', name: 'cam', key: new Secret('k'), source: new ScriptedSource(), ...wrong };
		const start = () => startAgent(config, { clock: new FakeClock(), log: new RecordingLog(), random: () => 0 });
		expect(start).toThrow(expect.objectContaining({ code }));
		expect(start).toThrow(words);
	});
});
