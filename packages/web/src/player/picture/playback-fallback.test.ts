import type { Format } from '@oriel/media';
import { H264, JPEG } from '@oriel/testing/a-frame';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import { KeptGops } from '../connection/kept-gops.ts';
import type { Capabilities, PlaybackMethod } from './choose.ts';
import { PlaybackFallback } from './playback-fallback.ts';
import type { Renderer, RendererEvents } from './renderer.ts';

class FakeRenderer implements Renderer {
	readonly method: PlaybackMethod;
	readonly events: RendererEvents;
	readonly taken: number[] = [];
	closed = false;

	constructor(method: PlaybackMethod, events: RendererEvents) {
		this.method = method;
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

function climbing(capabilities = everything, forced?: PlaybackMethod) {
	const clock = new FakeClock();
	const kept = new KeptGops();
	const renderers: FakeRenderer[] = [];
	const acks: number[] = [];
	const fallback = new PlaybackFallback({
		...{ clock, capabilities, forced, onShown() {}, onUndecodable() {}, onChange() {} },
		kept: () => kept.of('porch/video'),
		create: (method, events) => {
			const renderer = new FakeRenderer(method, events);
			renderers.push(renderer);
			return renderer;
		},
	});
	const offer = (sequence: number, { key = sequence % 10 === 0, format = h264, discontinuity = false } = {}) => {
		const picture = aFrame({ sequence, key, format, discontinuity, settle: () => void acks.push(sequence) });
		kept.keep(picture);
		fallback.offer(picture);
		return turn();
	};
	return { clock, fallback, renderers, acks, offer, last: () => renderers.at(-1) };
}

it('shows JPEG by JPEG and H.264 by the best there is, all from the key frame on', async () => {
	const { fallback, renderers, offer } = climbing();
	await offer(1, { format: JPEG, key: true });
	expect(fallback.method).toBe('jpeg');
	void offer(10);
	void offer(11);
	await offer(12);
	await offer(13);
	expect(fallback.method).toBe('webcodecs');
	expect(renderers.map(({ method, taken, closed }) => [method, taken, closed])).toEqual([
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

it('goes a method down after three failures in ten seconds, and says why', async () => {
	const { clock, fallback, last, offer } = climbing();
	await offer(0);
	for (let failure = 0; failure < 5; failure++) {
		clock.advance(5_001);
		last()?.events.onBroken('now and then');
	}
	expect(fallback.method).toBe('webcodecs');
	last()?.events.onBroken('all the time');
	expect(fallback.method).toBe('mse');
	expect(fallback.reason).toBe('all the time');
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

it('is helpless when all methods have failed, and tries again after a rest', async () => {
	const { clock, fallback, acks, last, offer } = climbing({ ...everything, plays: undefined });
	await offer(0);
	for (let failure = 0; failure < 3; failure++) last()?.events.onBroken('broken');
	expect(fallback.helpless).toBe(true);
	expect(fallback.method).toBeUndefined();
	await offer(10);
	expect(acks).toContain(10);
	clock.advance(10_001);
	await offer(20);
	expect(fallback.method).toBe('webcodecs');
	expect(last()?.taken).toEqual([20]);
});

it('is helpless at once where nothing shows H.264, and settles everything', async () => {
	const { fallback, renderers, acks, offer } = climbing({ decodes: undefined, plays: undefined, secure: false });
	await offer(0);
	await offer(1);
	expect(fallback.helpless).toBe(true);
	expect(fallback.reason).toBeUndefined();
	expect(renderers).toEqual([]);
	expect(acks).toEqual([0, 1]);
});

it('uses only the method that is asked for', async () => {
	const { fallback, offer } = climbing(everything, 'mse');
	await offer(0);
	expect(fallback.method).toBe('mse');
});

it('settles what comes after its end, and starts nothing any more', async () => {
	const { fallback, renderers, acks, offer } = climbing();
	const first = offer(0);
	fallback.close();
	await first;
	await offer(10);
	expect(renderers).toEqual([]);
	expect(acks).toEqual([0, 10]);
});
