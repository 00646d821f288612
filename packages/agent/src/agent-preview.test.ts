import { readFileSync } from 'node:fs';
import { decode } from '@oriel/protocol';
import { frame } from '@oriel/testing/agent/pictures';
import { endScenes, staged } from '@oriel/testing/agent/running-agent';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { until } from '@oriel/testing/agent/until';
import { describe, expect, it } from 'vitest';
import { SourceError } from './errors/source-error.ts';

endScenes();

const KNOWS = { capabilities: ['jpeg', 'h264', 'tracks'] };

async function withPreview(manners: object = KNOWS) {
	const preview = new ScriptedSource(['key-frame'], { canPause: true });
	const scene = await staged(manners, { preview });
	await scene.connected();
	const takeSmall = () => preview.give(frame(7, scene.clock.now(), 8, 8));
	const numbers = () => scene.line.frames.map(({ camera, sequence }) => `${camera}/${sequence}`);
	return { scene, preview, takeSmall, numbers };
}

describe('a camera with a preview', () => {
	it('announces it behind its video, and sends both, each with its own sequence', async () => {
		const { scene, takeSmall, numbers } = await withPreview();
		takeSmall();
		expect(scene.line.types).toEqual(['hello']);
		scene.take();
		await until(() => numbers().length === 1);
		takeSmall();
		await until(() => numbers().length === 2);
		scene.take();
		await until(() => numbers().length === 3);
		expect(numbers()).toEqual(['1/0', '2/1', '1/1']);
		const announced = scene.line.received.filter(({ type }) => type === 'announce');
		expect(announced).toMatchObject([
			{ camera: 1, width: 16, capabilities: ['key-frame', 'pause'] },
			{ camera: 2, name: 'front-door', track: 'preview', of: 1, width: 8, capabilities: ['key-frame', 'pause'] },
		]);
		expect(announced[0]).not.toHaveProperty('track');
	});

	it('announces both again on a new connection', async () => {
		const { scene, takeSmall } = await withPreview();
		scene.take();
		takeSmall();
		await until(() => scene.line.frames.length === 2);
		scene.line.socket.terminate();
		await until(() => {
			scene.clock.advance(500);
			return scene.relay.connections.length === 2;
		});
		await scene.connected(2);
		expect(scene.line.types).toEqual(['hello', 'announce', 'announce']);
		expect(scene.line.last('announce')).toMatchObject({ camera: 2, track: 'preview', of: 1 });
	});

	it('pauses and makes key frames of the one that is asked for', async () => {
		const { scene, preview, takeSmall, numbers } = await withPreview();
		scene.take();
		takeSmall();
		await until(() => numbers().length === 2);
		scene.line.send({ type: 'request', camera: 2, want: 'pause' });
		scene.line.send({ type: 'request', camera: 2, want: 'key-frame' });
		await scene.answered();
		expect([preview.pauses, preview.keyRequests, scene.source.keyRequests]).toEqual([[true], 1, 0]);
		takeSmall();
		scene.take();
		await until(() => numbers().length === 3);
		expect(numbers()[2]).toBe('1/1');
		scene.line.send({ type: 'request', camera: 2, want: 'resume' });
		await until(() => preview.pauses.at(-1) === false);
	});

	it('goes on without it where its source has ended for good, and says so', async () => {
		const { scene, preview } = await withPreview();
		preview.fail(new SourceError('ended', 'no such stream', { again: 'never' }));
		await until(() =>
			scene.log.lines.some(({ words }) => words.includes('there is no preview any more: no such stream')),
		);
		scene.take();
		await until(() => scene.line.frames.length === 1);
	});

	it('keeps it from a relay of an earlier version, to the byte of what that relay says', async () => {
		const file = new URL('../../../test/vectors/agent-0.1.json', import.meta.url);
		const recorded: { messages: { from: string; bytes: string }[] } = JSON.parse(readFileSync(file, 'utf8'));
		const said = recorded.messages.filter(({ from }) => from === 'relay').map(({ bytes }) => Buffer.from(bytes, 'hex'));
		const { scene, takeSmall, numbers } = await withPreview({ greets: false });
		const goodbye = said.pop();
		for (const bytes of said.slice(0, 3)) scene.line.socket.send(bytes);
		await scene.answered();
		scene.take();
		takeSmall();
		await until(() => numbers().length === 1);
		for (const bytes of said.slice(3)) scene.line.socket.send(bytes);
		await scene.answered();
		takeSmall();
		scene.line.send({ type: 'request', camera: 1, want: 'resume' });
		await scene.answered();
		scene.take();
		await until(() => numbers().length === 2);
		expect(numbers()).toEqual(['1/0', '1/1']);
		const announced = scene.line.received.filter(({ type }) => type === 'announce');
		expect(announced.every((message) => !('track' in message))).toBe(true);
		expect(goodbye && decode(goodbye)[0]).toMatchObject({ type: 'goodbye' });
		expect(scene.line.isOpen).toBe(true);
	});
});
