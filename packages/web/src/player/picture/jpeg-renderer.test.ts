import { JPEG } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import { aFrame } from '@oriel/testing/web/a-frame';
import { FakeSurface } from '@oriel/testing/web/fake-surface';
import { describeRenderer } from '@oriel/testing/web/renderer-suite';
import { SURFACES } from '@oriel/testing/web/surfaces';
import { expect, it } from 'vitest';
import { JpegRenderer } from './jpeg-renderer.ts';

for (const [where, makeSurface] of Object.entries(SURFACES)) {
	describeRenderer(`JPEG, drawn ${where},`, {
		format: JPEG,
		data: () => Uint8Array.of(1, 2),
		spoilt: Uint8Array.of(0),
		begin: (events) => {
			const made = makeSurface();
			const renderer = new JpegRenderer({ ...events, surface: made.surface });
			return { clock: new FakeClock(), renderer, settle: () => made.settle() };
		},
	});
}

function desk() {
	const surface = new FakeSurface<Uint8Array>();
	const drawn: number[] = [];
	const acks: [number, number | undefined][] = [];
	let undecodable = 0;
	const renderer = new JpegRenderer({
		surface,
		onShown: (picture) => drawn.push(picture.sequence),
		onBroken: () => {},
		onUndecodable: () => undecodable++,
	});
	const offer = (sequence: number) => {
		const settle = (ageMs: number | undefined) => void acks.push([sequence, ageMs]);
		renderer.offer(aFrame({ sequence, ageMs: () => sequence * 10, settle }));
	};
	return { renderer, surface, drawn, acks, offer, undecodable: () => undecodable };
}

it('draws and acknowledges, in this order and with the age', () => {
	const { offer, surface, drawn, acks } = desk();
	offer(1);
	expect(acks).toEqual([]);
	surface.finish();
	expect(drawn).toEqual([1]);
	expect(acks).toEqual([[1, 10]]);
});

it('lets at most one wait: the newest', () => {
	const { offer, surface, drawn, acks } = desk();
	for (const sequence of [1, 2, 3, 4]) offer(sequence);
	expect(surface.begun).toHaveLength(1);
	surface.finish();
	expect(surface.begun).toHaveLength(2);
	surface.finish();
	expect(drawn).toEqual([1, 4]);
	expect(acks.map(([sequence]) => sequence)).toEqual([1, 4]);
});

it('acknowledges what cannot be decoded and goes on', () => {
	const { offer, surface, drawn, acks, undecodable } = desk();
	offer(1);
	surface.finish(false);
	expect(acks).toEqual([[1, undefined]]);
	expect(undecodable()).toBe(1);
	offer(2);
	surface.finish();
	expect(drawn).toEqual([2]);
});

it('draws nothing after its end, and leaves nothing unacknowledged', () => {
	const { renderer, offer, surface, drawn, acks } = desk();
	offer(1);
	offer(2);
	renderer.close();
	surface.finish();
	offer(3);
	expect(drawn).toEqual([]);
	expect(acks).toEqual([
		[2, undefined],
		[1, undefined],
		[3, undefined],
	]);
});
