// When an endless answer ends, and what is left of it.
import { getEventListeners } from 'node:events';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { drainHead, slowViewer } from '@oriel/testing/relay/slow-viewer';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { streamEndless, type Wrapping } from './endless.ts';

type Fixture = ReturnType<typeof slowViewer>;

/** Pictures as they are, wrapped by `wrap`. */
function wrappedBy(wrap: Wrapping['wrap']): Parameters<typeof slowViewer>[0] {
	return (camera, exchange, options) =>
		streamEndless(camera, exchange, { transport: 'mjpeg', contentType: 'image/jpeg', wrap }, options);
}

/** The kernel takes all that it is given. */
async function drainAll({ socket }: Fixture): Promise<void> {
	while (socket.writableLength > 0) await socket.drain();
}

describe('a viewer of an endless answer', () => {
	it('that takes a picture every nine seconds stays, and goes ten seconds after its last', async () => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		for (let count = 1; count <= 6; count++) {
			fixture.picture(count);
			fixture.picture(count + 100);
			fixture.pass(9);
			// One is taken, and the next written at once: the socket is free at no tick.
			await fixture.socket.drain();
			expect(fixture.socket.writableLength).toBeGreaterThan(0);
			expect(fixture.socket.destroyed).toBe(false);
		}
		fixture.pass(11);
		expect(fixture.socket.destroyed).toBe(false);
		fixture.pass(1);
		expect(fixture.socket.destroyed).toBe(true);
		expect(fixture.left).toEqual([]);
		await until(() => fixture.left.length > 0);
		expect(fixture.left).toEqual([expect.objectContaining({ reason: 'the viewer takes nothing' })]);
	});

	it('that had nothing to take for a minute has ten seconds for the next picture', async () => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		fixture.pass(60);
		fixture.picture(1);
		fixture.pass(10);
		expect(fixture.socket.destroyed).toBe(false);
		fixture.pass(2);
		expect(fixture.socket.destroyed).toBe(true);
	});

	it.each([
		['leaves', (fixture: Fixture) => fixture.socket.destroy()],
		['is sent away', (fixture: Fixture) => fixture.stopping.abort()],
	])('that %s leaves nothing that listens, waits or is held', async (_words, end) => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		fixture.picture(1);
		expect(getEventListeners(fixture.stopping.signal, 'abort')).toHaveLength(1);
		expect(fixture.memory.unsent.used).toBeGreaterThan(1000);
		end(fixture);
		await until(() => fixture.left.length > 0);
		expect(getEventListeners(fixture.stopping.signal, 'abort')).toEqual([]);
		expect([fixture.memory.unsent.used, fixture.leases.size, fixture.camera.viewers.length]).toEqual([0, 0, 0]);
	});

	it('holds what it has not taken, twice over TLS, until it has', async () => {
		const used = [];
		for (const socket of [new FakeSocket(), Object.assign(new FakeSocket(), { encrypted: true })]) {
			const fixture = slowViewer(
				wrappedBy(({ data }) => ({ own: Buffer.alloc(10), shared: Buffer.from(data) })),
				socket,
			);
			fixture.begin();
			await drainHead(fixture);
			fixture.picture(1);
			used.push(fixture.memory.unsent.used);
			await drainAll(fixture);
			expect(fixture.memory.unsent.used).toBe(0);
			fixture.socket.destroy();
		}
		expect(used[1]).toBe((used[0] ?? 0) + 1011);
	});

	it('whose picture cannot be packed is ended with the reason, and no other', async () => {
		const broken = slowViewer(
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
		const fixture = slowViewer(wrappedBy(() => undefined));
		fixture.begin();
		await drainHead(fixture);
		fixture.picture(1);
		await until(() => fixture.left.length > 0);
		expect(fixture.left).toEqual([expect.objectContaining({ reason: 'the camera’s format changed' })]);
	});

	it('gets nothing more once its connection is gone, though the socket says that it is free', async () => {
		let wrapped = 0;
		const fixture = slowViewer(
			wrappedBy(({ data }) => {
				wrapped++;
				return { shared: Buffer.from(data) };
			}),
		);
		fixture.begin();
		await drainHead(fixture);
		fixture.socket.destroy();
		fixture.picture(1);
		await rounds();
		expect(wrapped).toBe(0);
	});
});
