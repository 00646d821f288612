import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { publishTo, push } from '@oriel/testing/relay/camera';
import { named } from '@oriel/testing/relay/named';
import { describe, expect, it } from 'vitest';
import type { Camera } from './camera.ts';
import { Hub, type Observer } from './hub.ts';
import { MAX_NEWS_BURST, MAX_NEWS_PER_SECOND } from './news.ts';
import type { EndReason } from './publication.ts';

function open(maxCameras = 100): { clock: FakeClock; hub: Hub } {
	const clock = new FakeClock();
	return { clock, hub: new Hub({ clock, log: silentLog, maxCameras }) };
}

/** Writes down what it hears: `+door`, `~door`, `-door`. */
class Diary implements Observer {
	readonly lines: string[] = [];
	added = ({ name }: Camera) => void this.lines.push(`+${name}`);
	changed = ({ name }: Camera) => void this.lines.push(`~${name}`);
	removed = ({ name }: Camera) => void this.lines.push(`-${name}`);
}

function numbers(hub: Hub): number[] {
	return [...hub.cameras].map(({ number }) => number);
}

describe('the set of cameras', () => {
	it('becomes exactly what it is set to; those who stay are not touched', () => {
		const { hub } = open();
		hub.setCameras(named(['door', 'garden', 'door']));
		const door = hub.camera('door');
		const told: EndReason[] = [];
		for (const camera of hub.cameras) publishTo(camera, told);
		hub.setCameras(named(['roof', 'door']));
		expect([...hub.cameras].map(({ name }) => name)).toEqual(['door', 'roof']);
		expect(hub.camera('door')).toBe(door);
		expect(told).toEqual(['revoked']);
		expect(hub.camera('garden')).toBeUndefined();
	});

	it('gives a number back as late as possible, and never two the same', () => {
		const { hub } = open(4);
		hub.setCameras(named(['a', 'b']));
		hub.setCameras(named(['b', 'c']));
		expect(numbers(hub)).toEqual([2, 3]);
		hub.setCameras(named(['b', 'd']));
		expect(numbers(hub)).toEqual([2, 4]);
		hub.setCameras(named(['b', 'd', 'e', 'f']));
		expect(numbers(hub)).toEqual([2, 4, 1, 3]);
	});

	it('has a limit, beyond which none is added', () => {
		const { hub } = open(2);
		hub.setCameras(named(['a', 'b', 'c']));
		expect([...hub.cameras].map(({ name }) => name)).toEqual(['a', 'b']);
		hub.setCameras(named(['c', 'b']));
		expect([...hub.cameras].map(({ name }) => name)).toEqual(['b', 'c']);
	});

	it('has no camera of a name that only objects have', () => {
		const { hub } = open();
		for (const name of ['constructor', '__proto__', 'hasOwnProperty', '']) expect(hub.camera(name)).toBeUndefined();
	});
});

describe('an observer', () => {
	it('hears of the cameras that there are, and of every change until it stops', () => {
		const { hub } = open();
		const diary = new Diary();
		hub.setCameras(named(['a']));
		const stop = hub.observe(diary);
		hub.setCameras(named(['b']));
		const [camera] = hub.cameras;
		if (camera) camera.title = 'The back yard';
		expect(diary.lines).toEqual(['+a', '-a', '+b', '~b']);
		stop();
		hub.setCameras(named([]));
		expect(diary.lines).toHaveLength(4);
	});
});

describe('the end', () => {
	it('ends every stream, leaves no timer behind, and twice is fine', async () => {
		const { hub, clock } = open();
		hub.setCameras(named(['a', 'b']));
		const told: EndReason[] = [];
		for (const camera of hub.cameras) push(publishTo(camera, told), new Uint8Array(1));
		await hub[Symbol.asyncDispose]();
		await hub[Symbol.asyncDispose]();
		expect(told).toEqual(['shutting-down', 'shutting-down']);
		expect(clock.pending).toBe(0);
		for (const camera of hub.cameras) expect(camera.condition.state).toBe('offline');
	});

	it('is not needed for a stall to be noticed within a second', () => {
		const { hub, clock } = open();
		hub.setCameras(named(['a']));
		const [camera] = hub.cameras;
		if (!camera) throw new Error('no camera');
		const stream = publishTo(camera);
		push(stream, new Uint8Array(1));
		clock.advance(100);
		push(stream, new Uint8Array(1));
		clock.advance(4000);
		expect(camera?.condition.state).toBe('stalled');
	});
});

describe('an observer that throws', () => {
	it.each(['added', 'changed', 'removed'] as const)(
		'when told "%s" is let go and told so; others and the hub go on',
		(what) => {
			const faults: unknown[] = [];
			const hub = new Hub({
				clock: new FakeClock(),
				log: silentLog,
				maxCameras: 10,
				report: (kind, thrown) => faults.push([kind, (thrown as Error).message]),
			});
			const [before, after] = [new Diary(), new Diary()];
			const broken = Object.assign(new Diary(), {
				[what]: () => {
					throw new Error('broken');
				},
				letGo: () => void broken.lines.push('let go'),
			});
			for (const observer of [before, broken, after]) hub.observe(observer);
			hub.setCameras(named(['door']));
			for (const camera of hub.cameras) camera.title = 'Door';
			hub.setCameras(named([]));
			hub.setCameras(named(['roof']));
			expect(before.lines).toEqual(['+door', '~door', '-door', '+roof']);
			expect(after.lines).toEqual(before.lines);
			expect(broken.lines.at(-1)).toBe('let go');
			expect(broken.lines).not.toContain('+roof');
			expect(faults).toEqual([['observer', 'broken']]);
		},
	);

	it('also when it is told that it was let go, or of cameras that are there, is harmless', () => {
		const faults: unknown[] = [];
		const hub = new Hub({
			clock: new FakeClock(),
			log: silentLog,
			maxCameras: 10,
			report: (kind) => faults.push(kind),
		});
		hub.setCameras(named(['door', 'roof']));
		const fail = () => {
			throw new Error('broken');
		};
		const leave = hub.observe({ added: fail, changed: fail, removed: fail, letGo: fail });
		expect(faults).toEqual(['observer', 'observer']);
		leave();
		hub.setCameras(named([]));
		expect(faults.length).toBe(2);
	});
});

describe('what all are told of a camera', () => {
	it('is limited however often it changes, and is the newest in the end', () => {
		const { clock, hub } = open();
		const diary = new Diary();
		hub.observe(diary);
		hub.setCameras(named(['door']));
		const [camera] = hub.cameras;
		const stream = publishTo(camera as Camera);
		for (let count = 0; count < 10_000; count++) {
			stream.trouble(`reason ${count}`);
			clock.advance(1);
		}
		expect(diary.lines.length).toBeLessThanOrEqual(1 + MAX_NEWS_BURST + 10 * MAX_NEWS_PER_SECOND + 1);
		clock.advance(1000);
		expect(camera?.condition.reason).toBe('reason 9999');
		const told = diary.lines.length;
		clock.advance(10_000);
		expect(diary.lines.length).toBe(told);
	});
});
