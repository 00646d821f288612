import { micros } from '@oriel/base';
import { type EncodedFrame, IDLE_BEFORE_PAUSE } from '@oriel/stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { lonelyCamera, push, pushDelta } from '@oriel/testing/relay/camera';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from './camera.ts';
import type { Publication } from './publication.ts';
import type { Viewer } from './viewer.ts';

const PAYLOAD = new Uint8Array(100);
const IDLE_SECONDS = IDLE_BEFORE_PAUSE / micros(1000);

let clock: FakeClock;
let camera: Camera;
let asked: string[];

/** Seconds pass, each with the hub's tick. */
function pass(seconds: number): void {
	for (let second = 0; second < seconds; second++) {
		clock.advance(1000);
		camera.tick(clock.now());
	}
}

/** A viewer that notes what it could take. */
class Eye implements Viewer {
	readonly transport = 'live';
	readonly seen: EncodedFrame[] = [];

	offer(): void {
		const next = camera.video.after(this.seen.at(-1)?.sequence);
		if (next) this.seen.push(next);
	}

	cameraRemoved(): void {}
}

function publish(canPause: boolean) {
	const pause = () => {
		if (canPause) asked.push('pause');
		return canPause;
	};
	return camera.publish({ via: 'test', ended: () => {}, pause, resume: () => asked.push('resume') });
}

/** Seconds pass, each with a picture. */
function live(stream: Publication, seconds: number): void {
	for (let second = 0; second < seconds; second++) {
		push(stream, PAYLOAD, clock.now());
		pass(1);
	}
}

beforeEach(() => {
	clock = new FakeClock();
	camera = lonelyCamera(clock);
	asked = [];
});

describe('a camera without viewers', () => {
	it('is paused ten seconds after the last viewer has left, and woken by the next at once', () => {
		const stream = publish(true);
		const detach = camera.video.attach(new Eye());
		live(stream, 60);
		expect(asked).toEqual([]);
		detach();
		live(stream, IDLE_SECONDS - 1);
		expect(camera.video.isPaused).toBe(false);
		live(stream, 2);
		expect([asked, camera.video.isPaused]).toEqual([['pause'], true]);
		pass(3600);
		camera.video.attach(new Eye());
		expect([asked, camera.video.isPaused]).toEqual([['pause', 'resume'], false]);
	});

	it('stays live: its silence is what it was asked for', () => {
		live(publish(true), IDLE_SECONDS + 1);
		pass(3600);
		expect([camera.video.isPaused, camera.condition.state]).toEqual([true, 'live']);
	});

	it('is not paused before its first picture, nor if it cannot be', () => {
		const stream = publish(false);
		pass(60);
		push(stream, PAYLOAD);
		pass(1);
		push(stream, PAYLOAD);
		pass(60);
		expect([asked, camera.video.isPaused, camera.condition.state]).toEqual([[], false, 'stalled']);
	});

	it('is asked again when its agent has come back', () => {
		live(publish(true), 60);
		const again = publish(true);
		expect(camera.video.isPaused).toBe(false);
		live(again, 60);
		expect(asked).toEqual(['pause', 'pause']);
	});

	it('shows no old picture when it is woken, and none of a group that broke off', () => {
		const stream = publish(true);
		live(stream, 60);
		pushDelta(stream);
		const eye = new Eye();
		camera.video.attach(eye);
		pushDelta(stream);
		expect(eye.seen).toEqual([]);
		clock.advance(1);
		push(stream, PAYLOAD, clock.now());
		expect(eye.seen.map(({ capturedAt }) => capturedAt)).toEqual([clock.now()]);
		expect(camera.video.newestKey).toBe(eye.seen[0]);
	});

	it('is woken by its own trouble, for only a picture can show that this is over', () => {
		const stream = publish(true);
		live(stream, IDLE_SECONDS + 1);
		stream.trouble('the lens cap is on');
		expect([asked, camera.condition.reason]).toEqual([['pause', 'resume'], 'the lens cap is on']);
		pass(60);
		expect(camera.video.isPaused).toBe(false);
		live(stream, IDLE_SECONDS + 1);
		expect([camera.video.isPaused, camera.condition.state]).toEqual([true, 'live']);
	});

	it('keeps its newest picture for those who ask for one', () => {
		live(publish(true), 60);
		const { newestKey } = camera.video;
		pass(60);
		expect(newestKey?.data).toBe(PAYLOAD);
		expect(camera.video.newestKey).toBe(newestKey);
	});

	it('has stalled if it does not wake', () => {
		live(publish(true), 60);
		camera.video.attach(new Eye());
		pass(5);
		expect(camera.condition.state).toBe('stalled');
	});
});
