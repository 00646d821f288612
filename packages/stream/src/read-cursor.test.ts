import { aFrame } from '@oriel/testing/a-frame';
import { describe, expect, it } from 'vitest';
import type { EncodedFrame } from './encoded-frame.ts';
import { Gop } from './gop.ts';
import { ReadCursor } from './read-cursor.ts';

const SECOND = 1_000_000;

/** A camera's frames without the camera: what it keeps, and how often it was asked for a key frame. */
function setUp() {
	let skipped = 0;
	const gop = new Gop({ maxFrames: 1500, maxBytes: 1e7, overflow: 'trim' });
	let newest: EncodedFrame | undefined;
	let requests = 0;
	const source = {
		get newest() {
			return newest;
		},
		get newestKey() {
			return gop.key;
		},
		after: (last: number | undefined) => gop.after(last),
		requestKey: () => {
			requests++;
		},
	};
	let sequence = 0xffff_fffe;
	/** The camera sends `k`ey frames and `d`eltas, `apart` each. */
	const send = (kinds: string, apart = 0) => {
		for (const kind of kinds) {
			sequence = (sequence + 1) >>> 0;
			const receivedAt = (newest?.receivedAt ?? 0) + apart;
			const frame = aFrame({ sequence, key: kind === 'k', capturedAt: receivedAt, receivedAt });
			if (gop.add(frame)) newest = frame;
		}
	};
	const cursor = new ReadCursor(source, (frames) => {
		skipped += frames;
	});
	const take = () => {
		const taken: number[] = [];
		for (let frame = cursor.next(); frame; frame = cursor.next()) taken.push(frame.sequence);
		return taken;
	};
	const dropped = () => [cursor.skipped, skipped];
	return { gop, send, cursor, take, dropped, requests: () => requests };
}

describe('a read cursor', () => {
	it('takes each frame once, in order, across the end of the numbers', () => {
		const { send, cursor, take, dropped } = setUp();
		expect([cursor.next(), cursor.isBehind]).toEqual([undefined, false]);
		send('kddd');
		expect(cursor.isBehind).toBe(true);
		expect(take()).toEqual([0xffff_ffff, 0, 1, 2]);
		expect([cursor.isBehind, cursor.next(), cursor.frames]).toEqual([false, undefined, 4]);
		expect(dropped()).toEqual([0, 0]);
	});

	it('goes on with the newest key frame where that is nearer, and counts what it passed over', () => {
		const { send, take, dropped, cursor } = setUp();
		send('kdd');
		cursor.next();
		send('kd');
		expect(take()).toEqual([2, 3]);
		expect(dropped()).toEqual([2, 2]);
		expect(cursor.frames).toBe(3);
	});

	it('asks for a key frame when viewers cannot join what the camera sends, and not before it sends anything', () => {
		const { gop, send, cursor, requests } = setUp();
		expect([cursor.next(), requests()]).toEqual([undefined, 0]);
		send('kd');
		gop.retire();
		expect([cursor.next(), requests()]).toEqual([undefined, 1]);
		expect([cursor.next(), requests()]).toEqual([undefined, 2]);
		send('k');
		expect(cursor.next()).toMatchObject({ key: true });
		expect(requests()).toBe(2);
	});

	it('asks for a key frame when it is more than 0.7 s behind within a group, for each frame that is', () => {
		const { send, cursor, requests } = setUp();
		send('kddd', 0.35 * SECOND);
		// The key frame itself is no reason: a newcomer begins there.
		cursor.next();
		expect(requests()).toBe(0);
		// 0.7 s behind is not more than that.
		cursor.next();
		expect(requests()).toBe(0);
		send('dd', 0.35 * SECOND);
		cursor.next();
		expect(requests()).toBe(1);
		cursor.next();
		cursor.next();
		cursor.next();
		expect(requests()).toBe(1);
	});

	it('counts what it never took when it leaves, once', () => {
		const { send, cursor, dropped } = setUp();
		cursor.close();
		send('kddd');
		cursor.next();
		cursor.close();
		cursor.close();
		expect(dropped()).toEqual([3, 3]);
	});

	it('reads key frames alone where that is asked for, each once, and goes on with all where that is', () => {
		const { send, cursor, take, dropped } = setUp();
		expect(cursor.nextKey()).toBeUndefined();
		send('kdd');
		expect([cursor.nextKey()?.sequence, cursor.nextKey()]).toEqual([0xffff_ffff, undefined]);
		send('dkdd');
		expect([cursor.nextKey()?.sequence, cursor.nextKey()]).toEqual([3, undefined]);
		expect(take()).toEqual([4, 5]);
		expect(dropped()).toEqual([0, 0]);
	});

	it('that never took anything missed nothing', () => {
		const { send, cursor, dropped } = setUp();
		send('kddd');
		cursor.close();
		expect(dropped()).toEqual([0, 0]);
	});
});
