import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { aPicture } from './rehearsal/a-picture.ts';
import { FakeDecoder, type FakeFrame, FakeScreen } from './rehearsal/fake-decoder.ts';
import { h264Units, spoiltUnit } from './rehearsal/h264-units.ts';
import { describeRenderer } from './rehearsal/renderer-suite.ts';
import type { RendererEvents } from './renderer.ts';
import { WebCodecsRenderer } from './webcodecs-renderer.ts';

const units = h264Units(10);
const smaller = h264Units(1, 32, 32);
const format = { codec: 'h264', stream: 1 } as const;

function stage(events: RendererEvents) {
	const clock = new FakeClock();
	const screen = new FakeScreen();
	const decoders: FakeDecoder[] = [];
	const drawn: number[] = [];
	const renderer = new WebCodecsRenderer<FakeFrame>({
		...{ ...events, clock, atRefresh: screen.atRefresh },
		draw: (frame) => drawn.push(frame.timestamp),
		createDecoder: (output, error) => {
			const decoder = new FakeDecoder(output, error);
			decoders.push(decoder);
			return decoder;
		},
	});
	return { clock, screen, decoders, drawn, renderer };
}

describeRenderer('WebCodecs', {
	format,
	payload: (sequence) => units[sequence % 10] ?? spoiltUnit(),
	spoilt: spoiltUnit(),
	begin: (events) => {
		const { clock, screen, decoders, renderer } = stage(events);
		return {
			clock,
			renderer,
			settle: async () => {
				for (const decoder of decoders) decoder.give();
				screen.refresh();
			},
		};
	},
});

function playing() {
	const shown: number[] = [];
	const broken: string[] = [];
	const acks: number[] = [];
	const all = stage({
		onShown: ({ sequence }) => shown.push(sequence),
		onUndecodable: () => {},
		onBroken: (reason) => broken.push(reason),
	});
	const offer = (sequence: number, { ageMs = 20, payload = units[sequence % 10], key = sequence % 10 === 0 } = {}) => {
		const arrivedAt = all.clock.now();
		const acknowledge = () => void acks.push(sequence);
		all.renderer.offer(
			aPicture({ sequence, key, format, arrivedAt, ...(payload && { payload }), ageMs: () => ageMs, acknowledge }),
		);
	};
	return { ...all, offer, shown, broken, acks };
}

it('is configured by the parameter sets, and anew only when they change', () => {
	const { decoders, offer } = playing();
	for (const sequence of [0, 1, 10, 11]) offer(sequence);
	expect(decoders).toHaveLength(1);
	expect(decoders[0]?.configured).toMatchObject([{ width: 64, height: 48 }]);
	expect(decoders[0]?.configured[0]?.codec).toMatch(/^avc1\.42/);
	offer(20, { payload: smaller[0] });
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

it('asks for more when the decoder keeps a picture back', () => {
	const { clock, decoders, acks, offer } = playing();
	offer(0);
	clock.advance(100);
	expect(acks).toEqual([]);
	clock.advance(100);
	expect(acks).toEqual([0]);
	const [decoder] = decoders;
	if (decoder) decoder.decodeQueueSize = 1;
	offer(1);
	clock.advance(500);
	expect(acks).toEqual([0]);
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
