// When an endless answer ends, and what is left of it.
import { getEventListeners } from 'node:events';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { drainHead, slowStage } from '@oriel/testing/relay/slow-viewer';
import { rounds, until } from '@oriel/testing/relay/until';
import { describe, expect, it } from 'vitest';
import { streamEndless, type Wrapping } from './endless.ts';

type Stage = ReturnType<typeof slowStage>;

/** Pictures as they are, wrapped by `wrap`. */
function wrappedBy(wrap: Wrapping['wrap']): Parameters<typeof slowStage>[0] {
	return (camera, exchange, options) =>
		streamEndless(camera, exchange, { transport: 'mjpeg', contentType: 'image/jpeg', wrap }, options);
}

/** The kernel takes all that it is given. */
async function drainAll({ socket }: Stage): Promise<void> {
	while (socket.writableLength > 0) await socket.drain();
}

describe('a viewer of an endless answer', () => {
	it('that takes a picture every nine seconds stays, and goes ten seconds after its last', async () => {
		const stage = slowStage();
		stage.begin();
		await drainHead(stage);
		for (let count = 1; count <= 6; count++) {
			stage.picture(count);
			stage.picture(count + 100);
			stage.pass(9);
			// One is taken, and the next written at once: the socket is free at no tick.
			await stage.socket.drain();
			expect(stage.socket.writableLength).toBeGreaterThan(0);
			expect(stage.socket.destroyed).toBe(false);
		}
		stage.pass(11);
		expect(stage.socket.destroyed).toBe(false);
		stage.pass(1);
		expect(stage.socket.destroyed).toBe(true);
		expect(stage.left).toEqual([]);
		await until(() => stage.left.length > 0);
		expect(stage.left).toEqual([expect.objectContaining({ reason: 'the viewer takes nothing' })]);
	});

	it('that had nothing to take for a minute has ten seconds for the next picture', async () => {
		const stage = slowStage();
		stage.begin();
		await drainHead(stage);
		stage.pass(60);
		stage.picture(1);
		stage.pass(10);
		expect(stage.socket.destroyed).toBe(false);
		stage.pass(2);
		expect(stage.socket.destroyed).toBe(true);
	});

	it.each([
		['leaves', (stage: Stage) => stage.socket.destroy()],
		['is sent away', (stage: Stage) => stage.stopping.abort()],
	])('that %s leaves nothing that listens, waits or is held', async (_words, end) => {
		const stage = slowStage();
		stage.begin();
		await drainHead(stage);
		stage.picture(1);
		expect(getEventListeners(stage.stopping.signal, 'abort')).toHaveLength(1);
		expect(stage.memory.unsent.used).toBeGreaterThan(1000);
		end(stage);
		await until(() => stage.left.length > 0);
		expect(getEventListeners(stage.stopping.signal, 'abort')).toEqual([]);
		expect([stage.memory.unsent.used, stage.leases.size, stage.camera.viewers.length]).toEqual([0, 0, 0]);
	});

	it('holds what it has not taken, twice over TLS, until it has', async () => {
		const used = [];
		for (const socket of [new FakeSocket(), Object.assign(new FakeSocket(), { encrypted: true })]) {
			const stage = slowStage(
				wrappedBy(({ data }) => ({ own: Buffer.alloc(10), shared: Buffer.from(data) })),
				socket,
			);
			stage.begin();
			await drainHead(stage);
			stage.picture(1);
			used.push(stage.memory.unsent.used);
			await drainAll(stage);
			expect(stage.memory.unsent.used).toBe(0);
			stage.socket.destroy();
		}
		expect(used[1]).toBe((used[0] ?? 0) + 1011);
	});

	it('whose picture cannot be packed is ended with the reason, and no other', async () => {
		const broken = slowStage(
			wrappedBy(() => {
				throw new Error('no parameter sets');
			}),
		);
		broken.begin();
		await drainHead(broken);
		expect(() => broken.picture(1)).not.toThrow();
		await until(() => broken.left.length > 0);
		expect(broken.left).toEqual([
			expect.objectContaining({ reason: 'a picture could not be packed: no parameter sets', frames: 1 }),
		]);
		expect(broken.camera.video.counters.egress('mjpeg')).toMatchObject({ frames: 0, bytes: 0 });
	});

	it('is ended when the answer cannot carry the format any more', async () => {
		const stage = slowStage(wrappedBy(() => undefined));
		stage.begin();
		await drainHead(stage);
		stage.picture(1);
		await until(() => stage.left.length > 0);
		expect(stage.left).toEqual([expect.objectContaining({ reason: 'the camera’s format changed' })]);
	});

	it('gets nothing more once its connection is gone, though the socket says that it is free', async () => {
		let wrapped = 0;
		const stage = slowStage(
			wrappedBy(({ data }) => {
				wrapped++;
				return { shared: Buffer.from(data) };
			}),
		);
		stage.begin();
		await drainHead(stage);
		stage.socket.destroy();
		stage.picture(1);
		await rounds();
		expect(wrapped).toBe(0);
	});
});
