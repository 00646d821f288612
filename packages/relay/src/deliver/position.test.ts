import { describe, expect, it } from 'vitest';
import type { Camera } from '../hub/camera.ts';
import { newCounters } from '../hub/counters.ts';
import type { Frame } from '../hub/frame.ts';
import { Group } from '../hub/group.ts';
import { Position } from './position.ts';

const SECOND = 1_000_000;

/** A camera's frames without the camera: what it keeps, and how often it was asked for a key frame. */
function staged() {
	const counters = newCounters();
	const group = new Group();
	let newest: Frame | undefined;
	let requests = 0;
	const camera = {
		counters,
		get newest() {
			return newest;
		},
		after: (last: number | undefined) => group.after(last),
		requestKey: () => {
			requests++;
		},
	} as unknown as Camera;
	let sequence = 0xffff_fffe;
	/** The camera sends `k`ey frames and `d`eltas, `apart` each. */
	const send = (kinds: string, apart = 0) => {
		for (const kind of kinds) {
			sequence = (sequence + 1) >>> 0;
			const receivedAt = (newest?.receivedAt ?? 0) + apart;
			const frame = {
				camera: 1,
				sequence,
				key: kind === 'k',
				capturedAt: receivedAt,
				receivedAt,
				payload: Buffer.alloc(9),
			};
			if (group.add(frame)) newest = frame;
		}
	};
	const position = new Position(camera, 'live');
	const take = () => {
		const taken: number[] = [];
		for (let frame = position.next(); frame; frame = position.next()) taken.push(frame.sequence);
		return taken;
	};
	const dropped = () => [position.dropped, counters.egress.live.droppedBehind];
	return { group, send, position, take, dropped, requests: () => requests };
}

describe('a position in a camera’s frames', () => {
	it('takes each frame once, in order, across the end of the numbers', () => {
		const { send, position, take, dropped } = staged();
		expect([position.next(), position.isBehind]).toEqual([undefined, false]);
		send('kddd');
		expect(position.isBehind).toBe(true);
		expect(take()).toEqual([0xffff_ffff, 0, 1, 2]);
		expect([position.isBehind, position.next(), position.frames]).toEqual([false, undefined, 4]);
		expect(dropped()).toEqual([0, 0]);
	});

	it('goes on with the newest key frame where that is nearer, and counts what it passed over', () => {
		const { send, take, dropped, position } = staged();
		send('kdd');
		position.next();
		send('kd');
		expect(take()).toEqual([2, 3]);
		expect(dropped()).toEqual([2, 2]);
		expect(position.frames).toBe(3);
	});

	it('asks for a key frame when nobody can join what the camera sends, and not before it sends anything', () => {
		const { group, send, position, requests } = staged();
		expect([position.next(), requests()]).toEqual([undefined, 0]);
		send('kd');
		group.retire();
		expect([position.next(), requests()]).toEqual([undefined, 1]);
		expect([position.next(), requests()]).toEqual([undefined, 2]);
		send('k');
		expect(position.next()).toMatchObject({ key: true });
		expect(requests()).toBe(2);
	});

	it('asks for a key frame when it is more than 0.7 s behind within a group, for each frame that is', () => {
		const { send, position, requests } = staged();
		send('kddd', 0.35 * SECOND);
		// The key frame itself is no reason: a newcomer begins there.
		position.next();
		expect(requests()).toBe(0);
		// 0.7 s behind is not more than that.
		position.next();
		expect(requests()).toBe(0);
		send('dd', 0.35 * SECOND);
		position.next();
		expect(requests()).toBe(1);
		position.next();
		position.next();
		position.next();
		expect(requests()).toBe(1);
	});

	it('counts what it never took when it leaves, once', () => {
		const { send, position, dropped } = staged();
		position.leave();
		send('kddd');
		position.next();
		position.leave();
		position.leave();
		expect(dropped()).toEqual([3, 3]);
	});

	it('that never took anything missed nothing', () => {
		const { send, position, dropped } = staged();
		send('kddd');
		position.leave();
		expect(dropped()).toEqual([0, 0]);
	});
});
