import { H264 } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264Units, spoiltUnit } from '@oriel/testing/h264';
import { aFrame } from '@oriel/testing/web/a-frame';
import { FakeDecoder, type FakeFrame, FakeScreen } from '@oriel/testing/web/fake-decoder';
import { FakeSurface } from '@oriel/testing/web/fake-surface';
import { describeRenderer } from '@oriel/testing/web/renderer-suite';
import { SURFACES } from '@oriel/testing/web/surfaces';
import { expect, it } from 'vitest';
import type { RendererEvents } from './renderer.ts';
import type { Surface } from './surface/surface.ts';
import { WebCodecsRenderer } from './webcodecs-renderer.ts';

const units = h264Units('kddddddddd', 64, 48);
const smaller = h264Units('k', 32, 32);
const format = H264;

function setUp(events: RendererEvents, surface: Surface<FakeFrame> = new FakeSurface({ atOnce: true })) {
	const clock = new FakeClock();
	const screen = new FakeScreen();
	const decoders: FakeDecoder[] = [];
	const renderer = new WebCodecsRenderer<FakeFrame>({
		...{ ...events, clock, atRefresh: screen.atRefresh },
		surface,
		createDecoder: (output, error) => {
			const decoder = new FakeDecoder(output, error);
			decoders.push(decoder);
			return decoder;
		},
	});
	return { clock, screen, decoders, renderer };
}

for (const [where, makeSurface] of Object.entries(SURFACES)) {
	describeRenderer(`WebCodecs, drawn ${where},`, {
		format,
		data: (sequence) => units[sequence % 10] ?? spoiltUnit(),
		spoilt: spoiltUnit(),
		begin: (events) => {
			const made = makeSurface();
			const { clock, screen, decoders, renderer } = setUp(events, made.surface as unknown as Surface<FakeFrame>);
			return {
				clock,
				renderer,
				settle: async () => {
					for (const decoder of decoders) decoder.give();
					screen.refresh();
					await made.settle();
				},
			};
		},
	});
}

function playing() {
	const shown: number[] = [];
	const broken: string[] = [];
	const acks: number[] = [];
	const all = setUp({
		onShown: ({ sequence }) => shown.push(sequence),
		onUndecodable: () => {},
		onBroken: (reason) => broken.push(reason),
	});
	const offer = (sequence: number, { ageMs = 20, data = units[sequence % 10], key = sequence % 10 === 0 } = {}) => {
		const receivedAt = all.clock.now();
		const settle = () => void acks.push(sequence);
		all.renderer.offer(
			aFrame({ sequence, key, format, receivedAt, ...(data && { data }), ageMs: () => ageMs, settle }),
		);
	};
	return { ...all, offer, shown, broken, acks };
}

it('is configured by the parameter sets, and again only when they change', () => {
	const { decoders, offer } = playing();
	for (const sequence of [0, 1, 10, 11]) offer(sequence);
	expect(decoders).toHaveLength(1);
	expect(decoders[0]?.configured).toMatchObject([{ width: 64, height: 48 }]);
	expect(decoders[0]?.configured[0]?.codec).toMatch(/^avc1\.42/);
	offer(20, { data: smaller[0] });
	expect(decoders.map(({ closed }) => closed)).toEqual([true, false]);
	expect(decoders[1]?.configured).toMatchObject([{ width: 32, height: 32 }]);
});

it('waits for a key frame, and settles what comes before', () => {
	const { decoders, acks, offer } = playing();
	for (const sequence of [7, 8, 9, 10]) offer(sequence);
	expect(acks).toEqual([7, 8, 9]);
	expect(decoders[0]?.taken.map(({ sequence }) => sequence)).toEqual([10]);
});

it('decodes a group without painting the past, and acknowledges as it goes', () => {
	const { decoders, acks, shown, offer } = playing();
	for (let sequence = 0; sequence < 10; sequence++) offer(sequence, { ageMs: 1_000 - sequence * 100 });
	decoders[0]?.give(9);
	expect(shown).toEqual([]);
	expect(acks).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
	decoders[0]?.give();
	expect(shown).toEqual([9]);
	expect(decoders[0]?.frames.map(({ closed }) => closed)).toEqual(new Array(10).fill(1));
});

it('shows the end of a burst that is old and stays the newest there is', () => {
	const { clock, decoders, shown, offer } = playing();
	for (const sequence of [0, 1, 2]) offer(sequence, { ageMs: 5_000 });
	decoders[0]?.give();
	expect(shown).toEqual([]);
	clock.advance(60);
	expect(shown).toEqual([2]);
});

it('paints what comes after a skip as soon as it is as fresh as it gets: on a slow link the past is all there is', () => {
	const { clock, decoders, screen, shown, offer } = playing();
	offer(0);
	decoders[0]?.give();
	screen.refresh();
	for (const [index, sequence] of [50, 51, 52, 53].entries()) {
		offer(sequence, { ageMs: 500 + index * 15 });
		decoders[0]?.give();
		clock.advance(50);
		screen.refresh();
	}
	expect(shown).toEqual([0, 51, 52, 53]);
});

it('does not paint the past after a skip either', () => {
	const { decoders, screen, shown, offer } = playing();
	offer(0);
	decoders[0]?.give();
	screen.refresh();
	for (const sequence of [50, 51, 52]) offer(sequence, { ageMs: sequence === 52 ? 30 : 900 });
	decoders[0]?.give();
	expect(shown).toEqual([0, 52]);
});

it('paints the first picture at once and then the newest of each screen refresh', () => {
	const { decoders, screen, shown, acks, offer } = playing();
	for (const sequence of [0, 1, 2]) {
		offer(sequence);
		decoders[0]?.give();
	}
	expect(shown).toEqual([0]);
	screen.refresh();
	expect(shown).toEqual([0, 2]);
	expect(acks).toEqual([0, 1, 2]);
});

it('lets frames go when the tab is hidden and nothing is refreshed', () => {
	const { clock, decoders, shown, acks, offer } = playing();
	for (const sequence of [0, 1, 2, 3]) {
		offer(sequence);
		decoders[0]?.give();
		clock.advance(100);
	}
	expect(shown).toEqual([0, 1, 2, 3]);
	expect(acks).toEqual([0, 1, 2, 3]);
	expect(decoders[0]?.frames.every(({ closed }) => closed === 1)).toBe(true);
});

/** A camera of 25 pictures a second, and a decoder that is done with so many of them in that time. */
function keepingUp(decodesASecond: number, seconds: number, group = 50) {
	const all = playing();
	const waits: number[] = [];
	let credit = 0;
	for (let sequence = 0; sequence < 25 * seconds; sequence++) {
		all.offer(sequence, { data: units[sequence % group === 0 ? 0 : 1], key: sequence % group === 0 });
		credit += decodesASecond / 25;
		const [decoder] = all.decoders;
		if (!decoder) continue;
		const count = Math.min(Math.floor(credit), decoder.taken.length - decoder.frames.length);
		credit = Math.min(1, credit - count);
		decoder.decodeQueueSize = decoder.taken.length - decoder.frames.length - count;
		decoder.give(count);
		all.screen.refresh();
		waits.push(decoder.decodeQueueSize);
		all.clock.advance(40);
	}
	return { ...all, waits };
}

it('leaves out the end of each group when the decoder is slower than the camera, and never what another picture needs', () => {
	const { decoders, shown, acks, waits } = keepingUp(15, 40);
	const taken = decoders[0]?.taken ?? [];
	for (const [index, { sequence, key }] of taken.entries()) {
		expect(key || taken[index - 1]?.sequence === sequence - 1, `picture ${sequence}`).toBe(true);
	}
	expect(decoders).toHaveLength(1);
	// It decodes what it can, from each group something, and no backlog grows.
	expect(shown.length).toBeGreaterThan(0.85 * 15 * 40);
	expect(taken.filter(({ key }) => key)).toHaveLength(20);
	expect(Math.max(...waits)).toBeLessThan(50);
	expect(acks.length).toBeGreaterThan(950);
});

it('leaves out nothing while it works through the group of a newcomer', () => {
	const { clock, decoders, screen, offer } = playing();
	for (let sequence = 0; sequence < 300; sequence++)
		offer(sequence, { data: units[sequence ? 1 : 0], key: sequence === 0 });
	for (let sequence = 300; sequence < 400; sequence++) {
		const [decoder] = decoders;
		if (!decoder) throw new Error('It decodes nothing');
		// Twice as fast as the camera.
		decoder.decodeQueueSize = Math.max(0, decoder.taken.length - decoder.frames.length - 2);
		decoder.give(2);
		screen.refresh();
		clock.advance(40);
		offer(sequence, { data: units[1], key: false });
	}
	expect(decoders[0]?.taken).toHaveLength(400);
});

it('tells of a failure once, settles everything and closes', () => {
	const { decoders, broken, acks, offer } = playing();
	offer(0);
	offer(1);
	decoders[0]?.error(new Error('Decoding error.'));
	decoders[0]?.error(new Error('again'));
	expect(broken).toEqual(['Decoding error.']);
	expect(acks).toEqual([0, 1]);
	offer(2);
	expect(acks).toEqual([0, 1, 2]);
	expect(decoders[0]?.closed).toBe(true);
});

it('takes an exception of the decoder for a failure', () => {
	const { decoders, broken, acks, offer } = playing();
	offer(0);
	const [decoder] = decoders;
	if (decoder) decoder.failure = new Error('closed codec');
	offer(1);
	expect(broken).toEqual(['closed codec']);
	expect(acks).toEqual([0, 1]);
});
