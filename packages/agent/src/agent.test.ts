import { Secret } from '@oriel/base';
import { encode } from '@oriel/protocol';
import { H264_FORMAT } from '@oriel/testing/agent/h264';
import { LogBook } from '@oriel/testing/agent/log-book';
import { frame, jpeg } from '@oriel/testing/agent/pictures';
import { endScenes, staged } from '@oriel/testing/agent/running-agent';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { until } from '@oriel/testing/agent/until';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { startAgent } from './agent.ts';
import { SourceError } from './errors/source-error.ts';

endScenes();

describe('an agent with a relay', () => {
	it('greets, introduces its camera, and sends every picture', async () => {
		const scene = await staged();
		await scene.connected();
		for (let count = 0; count < 5; count++) {
			scene.take();
			await until(() => scene.line.frames.length === count + 1);
		}
		expect(scene.line.received[0]).toMatchObject({ type: 'hello', version: 1, software: 'oriel-agent/0.1.0' });
		expect(scene.line.received[1]).toMatchObject({
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
		expect(scene.line.frames.map(({ camera, sequence }) => [camera, sequence])).toEqual(
			[0, 1, 2, 3, 4].map((n) => [1, n]),
		);
		expect(scene.line.frames[0]).toMatchObject({ key: true, capturedAt: scene.clock.now() });
	});

	it('announces a new size before the first picture that has it', async () => {
		const scene = await staged();
		await scene.connected();
		scene.take(16, 16);
		await until(() => scene.line.frames.length === 1);
		scene.take(32, 24);
		await until(() => scene.line.frames.length === 2);
		expect(scene.line.types).toEqual(['hello', 'announce', 'frame', 'announce', 'frame']);
		expect(scene.line.last('announce')).toMatchObject({ width: 32, height: 24, stream: 0 });
	});

	it('answers a ping at once, on its own clock', async () => {
		const scene = await staged();
		await scene.connected();
		scene.line.send({ type: 'ping', sentAt: 77 });
		await until(() => scene.line.last('pong') !== undefined);
		const now = scene.clock.now();
		expect(scene.line.last('pong')).toEqual({ type: 'pong', pingSentAt: 77, receivedAt: now, sentAt: now });
	});

	it('says nothing but hello to a relay that has not greeted it', async () => {
		const scene = await staged({ greets: false });
		await until(() => scene.relay.agent?.types.includes('hello') === true);
		scene.take();
		scene.line.send({ type: 'ping', sentAt: 1 });
		await until(() => scene.line.types.includes('pong'));
		expect(scene.line.types).toEqual(['hello', 'pong']);
	});

	it('announces nothing before the first picture, and then what it is', async () => {
		const scene = await staged();
		await scene.connected();
		expect(scene.line.types).toEqual(['hello']);
		scene.takeH264('k');
		await until(() => scene.line.frames.length === 1);
		expect(scene.line.types).toEqual(['hello', 'announce', 'frame']);
		expect(scene.line.last('announce')).toMatchObject({ ...H264_FORMAT, stream: 0 });
	});

	it.each([
		['codec', frame(1, 0).format, 1],
		['codec string', { ...H264_FORMAT, codecString: 'avc1.640028' }, 1],
		['size', { ...H264_FORMAT, width: 128 }, 0],
	])('announces another %s before the first picture that has it', async (_what, format, stream) => {
		const scene = await staged();
		await scene.connected();
		scene.takeH264('kd');
		await until(() => scene.line.frames.length === 2);
		scene.takeH264('kd', format);
		await until(() => scene.line.frames.length === 4, scene.clock);
		expect(scene.line.types).toEqual(['hello', 'announce', 'frame', 'frame', 'announce', 'frame', 'frame']);
		const { codec, codecString, width } = scene.line.last('announce') ?? expect.unreachable();
		expect({ codec, codecString, width }).toEqual({
			codec: format.codec,
			codecString: format.codecString,
			width: format.width,
		});
		expect(scene.line.last('announce')?.stream).toBe(stream);
	});

	it('sends posters, but none before it has announced the camera', async () => {
		const scene = await staged();
		await scene.connected();
		const poster = { capturedAt: scene.clock.now(), bytes: jpeg(9) };
		scene.source.givePoster(poster);
		scene.takeH264('k');
		scene.source.givePoster({ ...poster, capturedAt: poster.capturedAt + 7 });
		await until(() => scene.line.types.includes('poster'));
		expect(scene.line.types).toEqual(['hello', 'announce', 'frame', 'poster']);
		const sent = scene.line.last('poster');
		expect(sent).toMatchObject({ camera: 1, capturedAt: poster.capturedAt + 7 });
		expect(Buffer.compare(sent?.data ?? Buffer.of(), poster.bytes)).toBe(0);
	});

	it('asks its camera for the key frame that the relay wants, at most once a second', async () => {
		const scene = await staged();
		await scene.connected();
		for (let times = 0; times < 3; times++) scene.line.send({ type: 'request', camera: 1, want: 'key-frame' });
		await scene.answered();
		expect(scene.source.keyRequests).toBe(1);
		scene.clock.advance(1000);
		scene.line.send({ type: 'request', camera: 1, want: 'key-frame' });
		await scene.answered();
		expect(scene.source.keyRequests).toBe(2);
	});

	it('bears reports that it can do nothing about', async () => {
		const scene = await staged();
		await scene.connected();
		scene.line.send({ type: 'error', camera: 1, code: 'odd', message: 'something is odd' });
		await until(() => scene.log.about('the relay reports an error').length === 1);
		expect(scene.line.isOpen).toBe(true);
	});
});

describe('an agent with a slow relay', () => {
	it('keeps one picture, the newest, and has it sent as soon as the path is free', async () => {
		const scene = await staged({ acks: false });
		await scene.connected();
		for (let count = 0; count < 200; count++) {
			scene.take();
			await scene.clock.settle(40);
		}
		expect(scene.line.frames.map(({ sequence }) => sequence)).toEqual([0, 1]);
		scene.line.ack(1);
		await until(() => scene.line.frames.length === 3);
		expect(scene.line.frames.at(-1)?.sequence).toBe(199);
	});
});

describe('an agent with a slow relay and a camera of H.264', () => {
	it('skips to the newest key frame, sends what follows it, and shows the gap in the sequence', async () => {
		const scene = await staged({ acks: false });
		await scene.connected();
		scene.takeH264('kddddkddkd');
		await until(() => scene.line.frames.length === 2);
		scene.line.ack(1);
		await until(() => scene.line.frames.length === 4, scene.clock);
		expect(scene.line.frames.map(({ sequence, key }) => [sequence, key])).toEqual([
			[0, true],
			[1, false],
			[8, true],
			[9, false],
		]);
	});

	it('begins with a key frame on a new connection, and asks its camera for it', async () => {
		const scene = await staged();
		await scene.connected();
		scene.takeH264('kd');
		await until(() => scene.line.frames.length === 2);
		scene.line.socket.terminate();
		await until(() => scene.relay.connections.length === 2, scene.clock);
		await scene.connected(2);
		scene.takeH264('dd');
		expect(scene.source.keyRequests).toBe(1);
		scene.takeH264('kd');
		await until(() => scene.line.frames.length === 2);
		expect(scene.line.types).toEqual(['hello', 'announce', 'frame', 'frame']);
		expect(scene.line.frames.map(({ sequence, key }) => [sequence, key])).toEqual([
			[4, true],
			[5, false],
		]);
	});
});

describe('an agent whose relay comes and goes', () => {
	it('comes back within a second of a restart, with a fresh picture first', async () => {
		const scene = await staged();
		await scene.connected();
		scene.take();
		await until(() => scene.line.frames.length === 1);
		await scene.relay.kill();
		await until(() => scene.log.about('connection to the relay ended').length === 1);
		await until(() => scene.log.about('nothing listens').length === 1, scene.clock);
		for (let count = 0; count < 10; count++) scene.take();
		await scene.relay.listen();
		await until(() => scene.relay.connections.length === 2, scene.clock);
		await scene.connected(2);
		expect(scene.line.frames).toEqual([]);
		scene.take();
		await until(() => scene.line.frames.length === 1);
		expect(scene.line.frames[0]?.sequence).toBe(11);
		expect(scene.line.last('announce')).toMatchObject({ width: 16, height: 16 });
	});

	it('writes one line about a connection that ended', async () => {
		const scene = await staged({ acks: false });
		await scene.connected();
		for (let count = 0; count < 5; count++) scene.take();
		await until(() => scene.line.frames.length === 2);
		scene.clock.advance(6000);
		scene.line.socket.terminate();
		await until(() => scene.log.about('connection to the relay ended').length === 1);
		const words = 'connection to the relay ended: the connection to the relay broke';
		const fields = { durationMs: 6000, sent: 2, replaced: 3, missed: 0 };
		expect(scene.log.about('ended')).toEqual([{ level: 'info', words, fields }]);
	});

	it('takes a relay for dead that is silent for 15 s', async () => {
		const scene = await staged();
		await scene.connected();
		await until(() => scene.log.about('connected to the relay').length === 1);
		scene.clock.advance(14_900);
		await scene.clock.settle();
		expect(scene.line.isOpen).toBe(true);
		scene.clock.advance(200);
		await until(() => !scene.line.isOpen);
		await until(() => scene.log.about('connection to the relay ended').length === 1);
		expect(scene.log.about('ended')[0]?.words).toContain('the relay has been silent for 15 s');
		expect(scene.line.last('goodbye')).toMatchObject({ reason: 'silent', retryAfterMs: 0 });
	});

	it('stays with a relay that pings and says nothing else', async () => {
		const scene = await staged();
		await scene.connected();
		for (let times = 1; times <= 20; times++) {
			scene.line.send({ type: 'ping', sentAt: times });
			await until(() => scene.line.last('pong')?.pingSentAt === times);
			scene.clock.advance(2000);
		}
		expect(scene.relay.connections).toHaveLength(1);
	});

	it('does not write the same failure again and again', async () => {
		const scene = await staged();
		await scene.connected();
		await scene.relay.kill();
		await until(() => scene.log.about('nothing listens').length === 3, scene.clock, 50);
		const [first, second] = scene.log.about('nothing listens');
		expect(first?.words).toMatch(/^nothing listens at 127\.0\.0\.1:\d+; is the relay running\?$/);
		expect(second?.words).toBe(`still: ${first?.words}`);
		expect(second?.fields.times).toBeGreaterThan(10);
	});
});

describe('an agent whose relay sends it away', () => {
	it('says once that its key is rejected, and tries again now and then until it is accepted', async () => {
		const scene = await staged({ refuse: { status: 401, body: '{"error":{"code":"x","message":"unknown key"}}' } });
		await until(() => scene.relay.refusals === 1);
		await until(() => scene.log.lines.some(({ level }) => level === 'error'));
		expect(scene.log.about('key')[0]?.words).toBe('the relay does not accept this key: unknown key');
		scene.clock.advance(29_900);
		await scene.clock.settle();
		expect(scene.relay.refusals).toBe(1);
		await until(() => scene.relay.refusals === 2, scene.clock, 100);
		await scene.clock.settle();
		expect(scene.log.about('key')).toHaveLength(1);
		scene.relay.manners.refuse = undefined;
		await until(() => scene.relay.connections.length === 1, scene.clock, 100);
		await scene.connected();
		expect(JSON.stringify(scene.log.lines)).not.toContain('k1');
	});

	it('comes back when a goodbye says so', async () => {
		const scene = await staged();
		await scene.connected();
		const goodbye = { type: 'goodbye', reason: 'shutting-down', message: 'restarting', retryAfterMs: 4000 } as const;
		scene.line.send(goodbye);
		await until(() => scene.log.about('connection to the relay ended').length === 1);
		expect(scene.log.about('ended')[0]?.words).toContain('the relay said goodbye (shutting-down): restarting');
		scene.clock.advance(3900);
		await scene.clock.settle();
		expect(scene.relay.connections).toHaveLength(1);
		scene.clock.advance(1000);
		await scene.connected(2);
	});

	it('writes one line about a relay that takes it in and sends it away again at once', async () => {
		const scene = await staged();
		for (let count = 1; count <= 10; count++) {
			await until(() => scene.relay.connections.length === count, scene.clock);
			await scene.connected(count);
			const message = 'This key is of camera "garden"';
			scene.line.send({ type: 'goodbye', reason: 'protocol-error', message, retryAfterMs: 1000 });
			await until(() => !scene.line.isOpen);
		}
		const seen = scene.log.lines.map(({ words }) => words.replace(/^.*: /, ''));
		expect(seen).toEqual(['connected to the relay', 'This key is of camera "garden"', 'connected to the relay']);
	});

	it('leaves the place to another agent for a minute when it is taken over', async () => {
		const scene = await staged();
		await scene.connected();
		scene.line.send({ type: 'goodbye', reason: 'taken-over', message: 'x', retryAfterMs: null });
		await until(() => scene.log.about('connection to the relay ended').length === 1);
		expect(scene.log.about('ended')[0]?.words).toContain("another agent sends pictures with this camera's key");
		scene.clock.advance(59_000);
		await scene.clock.settle();
		expect(scene.relay.connections).toHaveLength(1);
		scene.clock.advance(16_000);
		await scene.connected(2);
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
		const scene = await staged();
		await scene.connected();
		misbehave(scene.line.socket as never);
		await until(() => scene.line.last('goodbye') !== undefined && !scene.line.isOpen);
		expect(scene.line.last('goodbye')).toMatchObject({
			reason: 'protocol-error',
			message: expect.stringMatching(/^the relay broke the protocol: /),
			retryAfterMs: 5000,
		});
		expect(scene.line.closeCode).toBe(1002);
		await until(() => scene.log.about('ended').length === 1);
	});

	it('introduces its camera once to a relay that says hello again', async () => {
		const scene = await staged();
		await scene.connected();
		scene.take();
		await until(() => scene.line.frames.length === 1);
		scene.line.send({ type: 'hello', version: 1, software: 'again', capabilities: ['tracks'] });
		scene.line.send({ type: 'ping', sentAt: 1 });
		await until(() => scene.line.last('pong') !== undefined);
		expect(scene.line.types.filter((type) => type === 'announce')).toHaveLength(1);
	});
});

describe('an agent whose camera fails', () => {
	const lost = new SourceError('broken', 'the cable is loose', { again: 'soon' });

	it('announces it to say why, even if it has never worked', async () => {
		const scene = await staged();
		await scene.connected();
		scene.source.fail(lost);
		await until(() => scene.line.types.includes('status'));
		expect(scene.line.types).toEqual(['hello', 'announce', 'status']);
		expect(scene.line.last('announce')).toMatchObject({ width: 0, height: 0 });
		await until(() => scene.source.isOpen, scene.clock);
		scene.takeH264('k');
		await until(() => scene.line.frames.length === 1);
		expect(scene.line.types).toEqual(['hello', 'announce', 'status', 'announce', 'frame']);
		expect(scene.line.last('announce')).toMatchObject(H264_FORMAT);
	});

	it('says why, and goes on when it is back', async () => {
		const scene = await staged();
		await scene.connected();
		scene.take();
		scene.source.fail(lost);
		await until(() => scene.line.last('status') !== undefined);
		const since = scene.clock.now();
		expect(scene.line.last('status')).toMatchObject({
			camera: 1,
			state: 'stalled',
			since,
			reason: 'the cable is loose',
		});
		await until(() => scene.source.isOpen, scene.clock);
		scene.take();
		await until(() => scene.line.frames.length === 2);
		expect(scene.line.types.filter((type) => type === 'status')).toHaveLength(1);
		expect(scene.line.types.slice(-2)).toEqual(['announce', 'frame']);
		expect(scene.line.last('announce')).toMatchObject({ stream: 1 });
	});

	it('goes on with the same stream where a silence ends with a delta frame', async () => {
		const scene = await staged();
		await scene.connected();
		scene.takeH264('kd');
		await until(() => scene.line.frames.length === 2);
		scene.clock.advance(10_100);
		scene.takeH264('d');
		await until(() => scene.line.frames.length === 3);
		expect(scene.line.types).toEqual(['hello', 'announce', 'frame', 'frame', 'status', 'frame']);
	});

	it('tells it a relay too that comes later, and no longer when it is over', async () => {
		const scene = await staged();
		await scene.connected();
		scene.source.fail(lost);
		await until(() => scene.line.last('status') !== undefined);
		scene.line.socket.terminate();
		await until(() => scene.relay.connections.length === 2, scene.clock);
		await until(() => scene.line.last('status') !== undefined);
		expect(scene.line.last('status')).toMatchObject({ reason: 'the cable is loose' });
		await until(() => scene.source.isOpen, scene.clock);
		scene.take();
		scene.line.socket.terminate();
		await until(() => scene.relay.connections.length === 3, scene.clock);
		await scene.connected(3);
		expect(scene.line.last('status')).toBeUndefined();
	});

	it('ends when its source has ended for good, and says so', async () => {
		const scene = await staged();
		await scene.connected();
		scene.source.fail(new SourceError('ended', 'standard input ended', { again: 'never' }));
		await expect(scene.agent.closed).rejects.toThrow('standard input ended');
		expect(scene.line.last('goodbye')).toMatchObject({ reason: 'finished', message: 'standard input ended' });
		await scene.agent.close();
	});
});

describe('the end of an agent', () => {
	it('is announced, and comes as soon as the relay has heard of it', async () => {
		const scene = await staged();
		await scene.connected();
		await Promise.all([scene.agent.close(), scene.agent.close()]);
		await scene.agent.closed;
		expect(scene.line.last('goodbye')).toMatchObject({ reason: 'finished', retryAfterMs: null });
		expect(scene.source.isOpen).toBe(false);
		await until(() => !scene.line.isOpen);
	});

	it('waits 2 s for a relay that does not listen, and no longer', async () => {
		const scene = await staged();
		await scene.connected();
		scene.line.socket.pause();
		let closed = false;
		const closing = scene.agent.close().then(() => {
			closed = true;
		});
		await scene.clock.settle(1900);
		expect(closed).toBe(false);
		scene.clock.advance(200);
		await closing;
	});

	it.each(['dialling', 'waiting'])('does not wait while %s', async (what) => {
		const scene = await staged(what === 'waiting' ? { refuse: { status: 500 } } : {});
		if (what === 'waiting') await until(() => scene.log.about('status 500').length === 1);
		await scene.agent.close();
	});

	it('is immediate when it is aborted by its signal, with nothing said', async () => {
		const scene = await staged();
		await scene.connected();
		scene.abort.abort(new Error('enough'));
		await scene.agent.closed;
		await until(() => !scene.line.isOpen);
		expect(scene.line.last('goodbye')).toBeUndefined();
	});

	it('may be known from the start', async () => {
		const config = { relay: '127.0.0.1:1', name: 'cam', key: new Secret('k'), source: new ScriptedSource() };
		const clock = new FakeClock();
		const signal = AbortSignal.abort();
		await startAgent(config, { clock, log: new LogBook(), signal, random: () => 0 }).closed;
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
		const start = () => startAgent(config, { clock: new FakeClock(), log: new LogBook(), random: () => 0 });
		expect(start).toThrow(expect.objectContaining({ code }));
		expect(start).toThrow(words);
	});
});
