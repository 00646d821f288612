import { micros } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { FakeMedia } from '@oriel/testing/web/fake-media';
import { expect, it } from 'vitest';
import { Playhead } from './playhead.ts';

function playing() {
	const clock = new FakeClock();
	const ignore = () => {};
	const { video } = new FakeMedia({ onOpen: ignore, onShown: ignore, onWanted: ignore, onBroken: ignore });
	return { clock, video, playhead: new Playhead(video, clock) };
}

it('plays again what the browser has paused', () => {
	const { video, playhead } = playing();
	playhead.follow(0);
	expect(video.paused).toBe(false);
});

it('jumps to the newest, but not before the browser can', () => {
	const { video, playhead } = playing();
	video.canSeek = false;
	playhead.follow(micros(3_000));
	expect(video.currentTime).toBe(0);
	video.canSeek = true;
	playhead.follow(micros(3_000));
	expect(video.currentTime).toBe(3);
});

it('gives a slow browser more time from jump to jump', () => {
	const { clock, video, playhead } = playing();
	const jumps: number[] = [];
	for (let ms = 0; ms < 10_000; ms += 100) {
		playhead.follow(micros(5_000));
		if (video.currentTime > 0) jumps.push(ms);
		video.currentTime = 0;
		clock.advance(100);
	}
	expect(jumps).toEqual([0, 200, 600, 1_400, 3_000, 6_200]);
	playhead.follow(0);
	clock.advance(10_000);
	playhead.follow(micros(5_000));
	video.currentTime = 0;
	clock.advance(200);
	playhead.follow(micros(5_000));
	expect(video.currentTime).toBe(5);
});

it('hurries with the rate when little is missing', () => {
	const { video, playhead } = playing();
	playhead.follow(micros(40));
	expect(video.playbackRate).toBe(1.1);
	playhead.follow(micros(10));
	expect(video.playbackRate).toBe(1);
});
