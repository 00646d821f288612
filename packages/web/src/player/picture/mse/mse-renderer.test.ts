import { micros } from '@oriel/base';
import { H264 } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264Units, spoiltUnit } from '@oriel/testing/h264';
import { aFrame } from '@oriel/testing/web/a-frame';
import { FakeMedia } from '@oriel/testing/web/fake-media';
import { describeRenderer } from '@oriel/testing/web/renderer-suite';
import { expect, it } from 'vitest';
import type { RendererEvents } from '../renderer.ts';
import { MseRenderer } from './mse-renderer.ts';

const units = h264Units('kddddddddd');
const smaller = h264Units('k', 32, 32);
const format = H264;

function setUp(events: RendererEvents) {
	const clock = new FakeClock();
	const opened: FakeMedia[] = [];
	const renderer = new MseRenderer({
		...{ ...events, clock },
		open: (mediaEvents) => {
			const media = new FakeMedia(mediaEvents);
			opened.push(media);
			return media;
		},
	});
	const [media] = opened;
	if (!media) throw new Error('No media was opened');
	return { clock, media, renderer };
}

describeRenderer('MSE', {
	format,
	data: (sequence) => units[sequence % 10] ?? spoiltUnit(),
	spoilt: spoiltUnit(),
	begin: (events) => {
		const { clock, media, renderer } = setUp(events);
		const settle = async () => {
			media.events.onOpen();
			media.buffer.finish();
			media.present(1_000_000);
		};
		return { clock, renderer, settle };
	},
});

function playing() {
	const shown: number[] = [];
	const broken: string[] = [];
	const acks: [number, number | undefined][] = [];
	const all = setUp({
		onShown: ({ sequence }) => shown.push(sequence),
		onUndecodable: () => {},
		onBroken: (reason) => broken.push(reason),
	});
	all.media.events.onOpen();
	const offer = (sequence: number, { ageMs = 20, data = units[sequence % 10] } = {}) => {
		const key = sequence % 10 === 0;
		const capturedAt = micros(sequence * 40);
		const settle = (age: number | undefined) => void acks.push([sequence, age]);
		const rest = { ...(data && { data }), ageMs: () => ageMs, settle };
		all.renderer.offer(aFrame({ sequence, key, format, capturedAt, ...rest }));
	};
	return { ...all, offer, shown, broken, acks };
}

it('fills a source of the right type, waiting pictures in one go', () => {
	const { media, offer } = playing();
	for (const sequence of [0, 1, 2, 3]) offer(sequence);
	expect(media.types).toEqual([expect.stringMatching(/^video\/mp4; codecs="avc1\.42.*"$/)]);
	media.buffer.finish();
	expect(media.buffer.appended).toHaveLength(2);
	expect(media.video.paused).toBe(false);
});

it('keeps what comes before the source is open', () => {
	const { media, renderer } = setUp({ onShown: () => {}, onUndecodable: () => {}, onBroken: () => {} });
	renderer.offer(aFrame({ format, data: units[0] ?? spoiltUnit() }));
	expect(media.buffer.appended).toHaveLength(0);
	media.events.onOpen();
	expect(media.buffer.appended).toHaveLength(1);
	renderer.close();
});

it('settles what the screen shows, with the age of just that picture', () => {
	const { media, offer, shown, acks } = playing();
	offer(0);
	offer(1, { ageMs: 33 });
	media.buffer.finish();
	media.present(0.04);
	expect(shown).toEqual([1]);
	expect(acks).toEqual([[1, 33]]);
});

it('goes to the end of a burst, settles the past at once, and stays covered until then', () => {
	const { media, offer, shown, acks } = playing();
	for (let sequence = 0; sequence < 100; sequence++) offer(sequence, { ageMs: 4_000 - sequence * 40 });
	media.present(0);
	expect(shown).toEqual([]);
	media.buffer.finish();
	expect(media.video.currentTime).toBeGreaterThan(3.9);
	expect(acks.length).toBeGreaterThan(80);
	media.present(media.video.currentTime);
	expect(shown).toEqual([99]);
});

it('covers the past that comes after a skip or a reconnect', () => {
	const { media, offer, shown } = playing();
	offer(0);
	offer(1);
	media.buffer.finish();
	media.present(0.04);
	expect([shown, media.covered]).toEqual([[1], 0]);
	for (let sequence = 50; sequence < 80; sequence++) offer(sequence, { ageMs: sequence === 79 ? 40 : 900 });
	expect(media.covered).toBe(1);
	media.present(0.08);
	expect(shown).toEqual([1]);
	media.buffer.finish();
	media.present(media.video.currentTime);
	expect(shown).toEqual([1, 79]);
});

it('uncovers after a while even if it cannot keep up', () => {
	const { clock, media, offer, shown } = playing();
	offer(0, { ageMs: 5_000 });
	media.buffer.finish();
	media.present(0);
	clock.advance(900);
	expect(shown).toEqual([]);
	clock.advance(200);
	expect(shown).toEqual([0]);
});

it('goes by the playing time where the browser does not tell what it shows', () => {
	const { clock, media, offer, shown } = playing();
	media.video.tellsShown = false;
	offer(0);
	offer(1);
	media.buffer.finish();
	media.video.currentTime = 0.05;
	clock.advance(100);
	expect(shown).toEqual([1]);
});

it('goes on with other parameter sets in the same source', () => {
	const { media, offer } = playing();
	offer(0);
	media.buffer.finish();
	offer(10, { data: smaller[0] });
	media.buffer.finish();
	expect(media.types).toHaveLength(1);
	expect(media.buffer.appended).toHaveLength(4);
});

it('removes whole groups that were played some seconds ago', () => {
	const { media, offer } = playing();
	for (let sequence = 0; sequence < 200; sequence++) {
		offer(sequence);
		media.buffer.finish();
		media.present(sequence * 0.039);
	}
	expect(media.buffer.removed.length).toBeGreaterThan(3);
	const last = media.buffer.removed.at(-1) ?? 0;
	expect(media.video.currentTime - last).toBeGreaterThan(3);
	expect(media.video.currentTime - last).toBeLessThan(4.5);
});

it('takes nothing while the browser wants nothing, and goes on with a key frame', () => {
	const { media, offer, acks } = playing();
	offer(0);
	media.buffer.finish();
	media.events.onWanted(false);
	offer(1);
	media.events.onWanted(true);
	offer(2);
	expect(acks.map(([sequence]) => sequence)).toEqual([1, 2]);
	offer(10);
	media.buffer.finish();
	expect(media.buffer.appended.length).toBeGreaterThan(2);
});

it('is broken when the buffer is full, the video fails, or nothing ever opens', () => {
	const full = playing();
	full.media.buffer.failure = new Error('QuotaExceededError');
	full.offer(0);
	expect(full.broken).toEqual(['QuotaExceededError']);
	expect(full.acks.map(([sequence]) => sequence)).toEqual([0]);
	const failing = playing();
	failing.media.events.onBroken('error 3');
	failing.media.events.onBroken('error 3');
	expect(failing.broken).toEqual(['error 3']);
	expect(failing.media.closed).toBe(1);
	const broken: string[] = [];
	const { clock } = setUp({ onShown() {}, onUndecodable() {}, onBroken: (reason) => broken.push(reason) });
	clock.advance(5_000);
	expect(broken).toEqual(['The browser opens no media source']);
});
