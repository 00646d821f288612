import type { Format } from '@oriel/media';
import { H264, JPEG } from '@oriel/testing/a-frame';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import { KeptGops } from '../connection/kept-gops.ts';
import type { Capabilities, Rung } from './choose.ts';
import { Ladder } from './ladder.ts';
import type { Renderer, RendererEvents } from './renderer.ts';

class FakeRenderer implements Renderer {
	readonly rung: Rung;
	readonly events: RendererEvents;
	readonly taken: number[] = [];
	closed = false;

	constructor(rung: Rung, events: RendererEvents) {
		this.rung = rung;
		this.events = events;
	}

	offer({ sequence }: { readonly sequence: number }): void {
		this.taken.push(sequence);
	}

	close(): void {
		this.closed = true;
	}
}

const everything: Capabilities = { decodes: async () => true, plays: () => true, secure: true };
const h264: Format = { ...H264, codecString: 'avc1.42C01E' };

function climbing(capabilities = everything, forced?: Rung) {
	const clock = new FakeClock();
	const kept = new KeptGops();
	const renderers: FakeRenderer[] = [];
	const acks: number[] = [];
	const ladder = new Ladder({
		...{ clock, capabilities, forced, onShown() {}, onUndecodable() {}, onChange() {} },
		kept: () => kept.of('porch/video'),
		create: (rung, events) => {
			const renderer = new FakeRenderer(rung, events);
			renderers.push(renderer);
			return renderer;
		},
	});
	const offer = (sequence: number, { key = sequence % 10 === 0, format = h264, discontinuity = false } = {}) => {
		const picture = aFrame({ sequence, key, format, discontinuity, settle: () => void acks.push(sequence) });
		kept.keep(picture);
		ladder.offer(picture);
		return turn();
	};
	return { clock, ladder, renderers, acks, offer, last: () => renderers.at(-1) };
}

it('shows JPEG by JPEG and H.264 by the best there is, all from the key frame on', async () => {
	const { ladder, renderers, offer } = climbing();
	await offer(1, { format: JPEG, key: true });
	expect(ladder.rung).toBe('jpeg');
	void offer(10);
	void offer(11);
	await offer(12);
	await offer(13);
	expect(ladder.rung).toBe('webcodecs');
	expect(renderers.map(({ rung, taken, closed }) => [rung, taken, closed])).toEqual([
		['jpeg', [1], true],
		['webcodecs', [10, 11, 12, 13], false],
	]);
});

it('begins afresh with the key frame of another run, and settles what is in between', async () => {
	const { renderers, acks, offer } = climbing();
	await offer(0);
	await offer(1);
	const discontinuity = true;
	await offer(2, { discontinuity });
	expect(acks).toContain(2);
	await offer(10, { discontinuity });
	expect(renderers.map(({ taken }) => taken)).toEqual([[0, 1], [10]]);
});

it('gives a new decoder the group once, then waits for the next key frame', async () => {
	const { renderers, last, offer } = climbing();
	await offer(0);
	await offer(1);
	last()?.events.onBroken('torn');
	expect(last()?.taken).toEqual([0, 1]);
	last()?.events.onBroken('torn again');
	await offer(2);
	expect(last()?.taken).toEqual([2]);
	expect(renderers.map(({ closed }) => closed)).toEqual([true, true, false]);
});

it('goes a rung down after three failures in ten seconds, and says why', async () => {
	const { clock, ladder, last, offer } = climbing();
	await offer(0);
	for (let failure = 0; failure < 5; failure++) {
		clock.advance(5_001);
		last()?.events.onBroken('now and then');
	}
	expect(ladder.rung).toBe('webcodecs');
	last()?.events.onBroken('all the time');
	expect(ladder.rung).toBe('mse');
	expect(ladder.reason).toBe('all the time');
	expect(last()?.taken).toEqual([0]);
});

it('does not listen to a renderer that was replaced', async () => {
	const { renderers, last, offer } = climbing();
	await offer(0);
	const first = last();
	first?.events.onBroken('torn');
	first?.events.onBroken('torn');
	expect(renderers).toHaveLength(2);
});

it('is helpless when all rungs have failed, and tries again after a rest', async () => {
	const { clock, ladder, acks, last, offer } = climbing({ ...everything, plays: undefined });
	await offer(0);
	for (let failure = 0; failure < 3; failure++) last()?.events.onBroken('broken');
	expect(ladder.helpless).toBe(true);
	expect(ladder.rung).toBeUndefined();
	await offer(10);
	expect(acks).toContain(10);
	clock.advance(10_001);
	await offer(20);
	expect(ladder.rung).toBe('webcodecs');
	expect(last()?.taken).toEqual([20]);
});

it('is helpless at once where nothing shows H.264, and settles everything', async () => {
	const { ladder, renderers, acks, offer } = climbing({ decodes: undefined, plays: undefined, secure: false });
	await offer(0);
	await offer(1);
	expect(ladder.helpless).toBe(true);
	expect(ladder.reason).toBeUndefined();
	expect(renderers).toEqual([]);
	expect(acks).toEqual([0, 1]);
});

it('uses only the rung that is asked for', async () => {
	const { ladder, offer } = climbing(everything, 'mse');
	await offer(0);
	expect(ladder.rung).toBe('mse');
});

it('settles what comes after its end, and starts nothing any more', async () => {
	const { ladder, renderers, acks, offer } = climbing();
	const first = offer(0);
	ladder.close();
	await first;
	await offer(10);
	expect(renderers).toEqual([]);
	expect(acks).toEqual([0, 10]);
});
