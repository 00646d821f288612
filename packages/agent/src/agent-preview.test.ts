import { readFileSync } from 'node:fs';
import { decode } from '@oriel/protocol';
import { closeFixtures, setUpAgent } from '@oriel/testing/agent/agent-fixture';
import { frame } from '@oriel/testing/agent/frames';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { SourceError } from './errors/source-error.ts';

closeFixtures();

const KNOWS = { capabilities: ['jpeg', 'h264', 'tracks'] };

async function withPreview(behavior: object = KNOWS) {
	const preview = new ScriptedSource(['key-frame'], { canPause: true });
	const fixture = await setUpAgent(behavior, { preview });
	await fixture.connected();
	const takeSmall = () => preview.give(frame(7, fixture.clock.now(), 8, 8));
	const numbers = () => fixture.line.frames.map(({ camera, sequence }) => `${camera}/${sequence}`);
	return { fixture, preview, takeSmall, numbers };
}

describe('a camera with a preview', () => {
	it('announces it behind its video, and sends both, each with its own sequence', async () => {
		const { fixture, takeSmall, numbers } = await withPreview();
		takeSmall();
		expect(fixture.line.types).toEqual(['hello']);
		fixture.take();
		await until(() => numbers().length === 1);
		takeSmall();
		await until(() => numbers().length === 2);
		fixture.take();
		await until(() => numbers().length === 3);
		expect(numbers()).toEqual(['1/0', '2/1', '1/1']);
		const announced = fixture.line.received.filter(({ type }) => type === 'announce');
		expect(announced).toMatchObject([
			{ camera: 1, width: 16, capabilities: ['key-frame', 'pause'] },
			{ camera: 2, name: 'front-door', track: 'preview', of: 1, width: 8, capabilities: ['key-frame', 'pause'] },
		]);
		expect(announced[0]).not.toHaveProperty('track');
	});

	it('announces both again on a new connection', async () => {
		const { fixture, takeSmall } = await withPreview();
		fixture.take();
		takeSmall();
		await until(() => fixture.line.frames.length === 2);
		fixture.line.socket.terminate();
		await until(() => {
			fixture.clock.advance(500);
			return fixture.relay.connections.length === 2;
		});
		await fixture.connected(2);
		expect(fixture.line.types).toEqual(['hello', 'announce', 'announce']);
		expect(fixture.line.last('announce')).toMatchObject({ camera: 2, track: 'preview', of: 1 });
	});

	it('pauses and makes key frames of the one that is asked for', async () => {
		const { fixture, preview, takeSmall, numbers } = await withPreview();
		fixture.take();
		takeSmall();
		await until(() => numbers().length === 2);
		fixture.line.send({ type: 'request', camera: 2, want: 'pause' });
		fixture.line.send({ type: 'request', camera: 2, want: 'key-frame' });
		await fixture.answered();
		expect([preview.pauses, preview.keyRequests, fixture.source.keyRequests]).toEqual([[true], 1, 0]);
		takeSmall();
		fixture.take();
		await until(() => numbers().length === 3);
		expect(numbers()[2]).toBe('1/1');
		fixture.line.send({ type: 'request', camera: 2, want: 'resume' });
		await until(() => preview.pauses.at(-1) === false);
	});

	it('goes on without it where its source has ended for good, and says so', async () => {
		const { fixture, preview } = await withPreview();
		preview.fail(new SourceError('ended', 'no such stream', { again: 'never' }));
		await until(() =>
			fixture.log.lines.some(({ words }) => words.includes('there is no preview any more: no such stream')),
		);
		fixture.take();
		await until(() => fixture.line.frames.length === 1);
	});

	it('keeps it from a relay of an earlier version, to the byte of what that relay says', async () => {
		const file = new URL('../../../test/vectors/agent-0.1.json', import.meta.url);
		const recorded: { messages: { from: string; bytes: string }[] } = JSON.parse(readFileSync(file, 'utf8'));
		const said = recorded.messages.filter(({ from }) => from === 'relay').map(({ bytes }) => Buffer.from(bytes, 'hex'));
		const { fixture, takeSmall, numbers } = await withPreview({ greets: false });
		const goodbye = said.pop();
		for (const bytes of said.slice(0, 3)) fixture.line.socket.send(bytes);
		await fixture.answered();
		fixture.take();
		takeSmall();
		await until(() => numbers().length === 1);
		for (const bytes of said.slice(3)) fixture.line.socket.send(bytes);
		await fixture.answered();
		takeSmall();
		fixture.line.send({ type: 'request', camera: 1, want: 'resume' });
		await fixture.answered();
		fixture.take();
		await until(() => numbers().length === 2);
		expect(numbers()).toEqual(['1/0', '1/1']);
		const announced = fixture.line.received.filter(({ type }) => type === 'announce');
		expect(announced.every((message) => !('track' in message))).toBe(true);
		expect(goodbye && decode(goodbye)[0]).toMatchObject({ type: 'goodbye' });
		expect(fixture.line.isOpen).toBe(true);
	});
});

/** A camera whose source makes both: the picture and its preview. */
async function withOwnPreview(behavior: object = KNOWS, preview?: ScriptedSource) {
	const source = new ScriptedSource(['bitrate']);
	const told: string[] = [];
	source.preview = {
		capabilities: ['key-frame'],
		requestKey: () => told.push('key-frame'),
		pause: (isPaused) => told.push(isPaused ? 'pause' : 'resume'),
	};
	const fixture = await setUpAgent(behavior, { source, preview });
	await fixture.connected();
	const take = () => source.give(frame(3, fixture.clock.now()));
	const takeSmall = () => source.givePreview(frame(7, fixture.clock.now(), 8, 8));
	const announcements = () => fixture.line.received.filter(({ type }) => type === 'announce');
	const numbers = () => fixture.line.frames.map(({ camera, sequence }) => `${camera}/${sequence}`);
	return { fixture, source, told, take, takeSmall, announcements, numbers };
}

describe('a camera whose source makes the preview itself', () => {
	it('sends both, and passes on what is asked of each', async () => {
		const { fixture, told, take, takeSmall, announcements, numbers } = await withOwnPreview();
		take();
		takeSmall();
		await until(() => numbers().length === 2);
		expect(numbers()).toEqual(['1/0', '2/0']);
		expect(announcements()).toMatchObject([
			{ camera: 1, width: 16, capabilities: ['bitrate', 'pause'] },
			{ camera: 2, track: 'preview', of: 1, width: 8, capabilities: ['key-frame', 'pause'] },
		]);
		fixture.line.send({ type: 'request', camera: 2, want: 'pause' });
		fixture.line.send({ type: 'request', camera: 2, want: 'key-frame' });
		await fixture.answered();
		expect(told).toEqual(['pause', 'key-frame']);
		// The video has viewers still.
		takeSmall();
		take();
		await until(() => numbers().length === 3);
		expect(numbers()[2]).toBe('1/1');
	});

	it('sends the preview while the video alone is paused', async () => {
		const { fixture, take, takeSmall, numbers } = await withOwnPreview();
		take();
		takeSmall();
		await until(() => numbers().length === 2);
		fixture.line.send({ type: 'request', camera: 1, want: 'pause' });
		await fixture.answered();
		take();
		takeSmall();
		await until(() => numbers().length === 3);
		expect(numbers()[2]).toBe('2/1');
	});

	it('withdraws a preview that has ended, with what waits of it, and announces the next as another stretch', async () => {
		const { fixture, source, take, takeSmall, announcements, numbers } = await withOwnPreview();
		take();
		takeSmall();
		await until(() => numbers().length === 2);
		// No ack comes: these wait.
		for (let turn = 0; turn < 5; turn++) takeSmall();
		source.givePreview(undefined);
		source.givePreview(undefined);
		await until(() => fixture.line.types.includes('withdraw'));
		expect(fixture.line.last('withdraw')).toEqual({ type: 'withdraw', camera: 2 });
		const before = numbers().length;
		await fixture.clock.settle(1000);
		expect(numbers()).toHaveLength(before);
		expect(fixture.line.types.filter((type) => type === 'withdraw')).toHaveLength(1);
		takeSmall();
		await until(() => numbers().length === before + 1);
		expect(announcements().at(-1)).toMatchObject({ camera: 2, track: 'preview', stream: 1 });
		expect(announcements()).toHaveLength(3);
	});

	it('does not tell a relay of a preview that has ended before it connected', async () => {
		const { fixture, source, take, takeSmall } = await withOwnPreview();
		take();
		takeSmall();
		await until(() => fixture.line.frames.length === 2);
		source.givePreview(undefined);
		fixture.line.socket.terminate();
		await until(() => {
			fixture.clock.advance(500);
			return fixture.relay.connections.length === 2;
		});
		await fixture.connected(2);
		expect(fixture.line.types).toEqual(['hello', 'announce']);
	});

	it('says nothing of a preview to a relay of an earlier version', async () => {
		const { fixture, source, take, takeSmall } = await withOwnPreview({ capabilities: ['jpeg', 'h264'] });
		take();
		takeSmall();
		source.givePreview(undefined);
		await until(() => fixture.line.frames.length === 1);
		await fixture.answered();
		expect(fixture.line.types).toEqual(['hello', 'announce', 'frame']);
	});
});

describe('a preview of another source', () => {
	it('is withdrawn while that brings nothing, so that the grid shows the video, and comes back', async () => {
		const { fixture, preview, takeSmall, numbers } = await withPreview();
		fixture.take();
		takeSmall();
		await until(() => numbers().length === 2);
		preview.fail(new SourceError('broken', 'the sub-stream is gone', { again: 'soon' }));
		await until(() => fixture.line.types.includes('withdraw'));
		await until(() => preview.isOpen, fixture.clock);
		takeSmall();
		await until(() => fixture.line.last('announce')?.stream === 1);
		expect(fixture.line.last('announce')).toMatchObject({ camera: 2, track: 'preview' });
	});

	it('stands in place of the one that the source makes', async () => {
		const preview = new ScriptedSource();
		const { fixture, take, takeSmall, numbers } = await withOwnPreview(KNOWS, preview);
		take();
		takeSmall();
		preview.give(frame(9, 0, 24, 24));
		await until(() => numbers().length === 2);
		expect(numbers()).toEqual(['1/0', '2/0']);
		expect(fixture.line.last('announce')).toMatchObject({ camera: 2, width: 24 });
	});
});
