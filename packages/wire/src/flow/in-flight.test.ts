import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { InFlight } from './in-flight.ts';

interface Link {
	/** Time for the first bit to arrive. */
	readonly outMs: number;
	/** Time for an acknowledgement to come back. */
	readonly backMs: number;
	readonly bitsPerSecond: number;
}

interface Shown {
	readonly at: number;
	readonly age: number;
}

const FPS = 24;
const FRAME_BYTES = 25_000;
const LAN: Link = { outMs: 0.5, backMs: 0.5, bitsPerSecond: 1e9 };
const FAR: Link = { outMs: 100, backMs: 100, bitsPerSecond: 100e6 };
const NARROW: Link = { outMs: 10, backMs: 10, bitsPerSecond: 2e6 };

/**
 * A camera of 24 frames a second, a sender that keeps only the newest frame, a first-in-first-out link with an endless
 * buffer (the kernel's), and a receiver that acknowledges what it shows.
 */
class Path {
	readonly clock = new FakeClock();
	readonly flow = new InFlight();
	readonly shown: Shown[] = [];
	link: Link;
	/** The link carries nothing before this time (ms). */
	blockedUntil = 0;
	mostOut = 0;
	#newest: { sequence: number; at: number } | undefined;
	#busyUntil = 0;

	constructor(link: Link) {
		this.link = link;
		let sequence = 0;
		this.clock.every(1000 / FPS, () => {
			this.#newest = { sequence: sequence++, at: this.now };
			this.#trySend();
		});
	}

	get now(): number {
		return this.clock.now() / 1000;
	}

	/** Runs for a while and tells what was shown in that time. */
	run(seconds: number): { fps: number; worstAge: number; medianAge: number } {
		const before = this.shown.length;
		this.clock.advance(seconds * 1000);
		const ages = this.shown.slice(before).map((shown) => shown.age);
		ages.sort((a, b) => a - b);
		return {
			fps: ages.length / seconds,
			worstAge: ages.at(-1) ?? Number.POSITIVE_INFINITY,
			medianAge: ages[ages.length >> 1] ?? Number.POSITIVE_INFINITY,
		};
	}

	#trySend(): void {
		const frame = this.#newest;
		if (!frame || !this.flow.maySend(this.clock.now())) return;
		this.#newest = undefined;
		this.flow.sent(frame.sequence, this.clock.now());
		this.mostOut = Math.max(this.mostOut, this.flow.count);
		this.#busyUntil =
			Math.max(this.now, this.#busyUntil, this.blockedUntil) + (FRAME_BYTES * 8000) / this.link.bitsPerSecond;
		const arrives = this.#busyUntil + this.link.outMs - this.now;
		this.clock.after(arrives, () => this.shown.push({ at: this.now, age: this.now - frame.at }));
		this.clock.after(arrives + this.link.backMs, () => {
			this.flow.acknowledged(frame.sequence, this.clock.now());
			this.#trySend();
		});
	}
}

describe('InFlight', () => {
	it('lets two out and no more while nothing is acknowledged', () => {
		const flow = new InFlight();
		expect(flow.maySend(0)).toBe(true);
		flow.sent(1, 0);
		expect(flow.maySend(0)).toBe(true);
		flow.sent(2, 0);
		expect(flow.maySend(0)).toBe(false);
		expect(flow.maySend(3600e6)).toBe(false);
		expect(flow.count).toBe(2);
	});

	it('settles all frames up to the acknowledged one, also over the end of the sequence', () => {
		const flow = new InFlight();
		for (const [index, sequence] of [0xffff_ffff, 0, 1].entries()) flow.sent(sequence, index);
		flow.acknowledged(0, 10);
		expect(flow.count).toBe(1);
	});

	it('is not moved by an acknowledgement of what is not under way', () => {
		const flow = new InFlight();
		flow.sent(1, 0);
		flow.acknowledged(2, 10);
		flow.acknowledged(1, 20);
		flow.acknowledged(1, 30);
		expect(flow.count).toBe(0);
		expect(flow.maySend(40)).toBe(true);
	});

	it('reaches full rate on a clean path of 200 ms, and stays there', () => {
		const path = new Path(FAR);
		path.run(3);
		const settled = path.run(60);
		expect(settled.fps).toBeGreaterThan(FPS - 0.1);
		expect(settled.worstAge).toBeLessThan(105);
	});

	it('puts no more out than the path needs', () => {
		const path = new Path(LAN);
		path.run(30);
		expect(path.mostOut).toBe(1);
		const far = new Path(FAR);
		far.run(30);
		expect(far.mostOut).toBeLessThanOrEqual(6);
	});

	it('uses a narrow link to the full and shows pictures that waited for one other at most', () => {
		const path = new Path(NARROW);
		path.run(3);
		const settled = path.run(60);
		expect(settled.fps).toBeGreaterThan(9.5);
		expect(settled.medianAge).toBeLessThan(250);
		expect(settled.worstAge).toBeLessThan(300);
	});

	it('is back at the live edge within a second after a stall of 5 s', () => {
		const path = new Path(FAR);
		path.run(10);
		path.blockedUntil = path.now + 5000;
		path.run(6);
		expect(path.mostOut).toBeLessThanOrEqual(7);
		const after = path.run(10);
		expect(after.fps).toBeGreaterThan(FPS - 0.5);
		expect(after.worstAge).toBeLessThan(102 + 1000 / FPS);
	});

	it('gives way when the link narrows, and takes back what it widens to', () => {
		const path = new Path(FAR);
		path.run(10);
		path.link = { ...FAR, bitsPerSecond: 2e6 };
		path.run(5);
		expect(path.run(30).worstAge).toBeLessThan(400);
		path.link = FAR;
		path.run(2);
		expect(path.run(10).fps).toBeGreaterThan(FPS - 0.5);
	});

	it('learns a path that has become longer within its best time’s life', () => {
		const path = new Path(LAN);
		path.run(30);
		path.link = FAR;
		path.run(15);
		expect(path.run(30).fps).toBeGreaterThan(FPS - 0.1);
	});
});
