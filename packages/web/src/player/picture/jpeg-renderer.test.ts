import { JPEG } from '@oriel/testing/a-frame';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { aFrame } from '@oriel/testing/web/a-frame';
import { describeRenderer } from '@oriel/testing/web/renderer-suite';
import { expect, it } from 'vitest';
import { type Bitmap, JpegRenderer } from './jpeg-renderer.ts';

describeRenderer('JPEG', {
	format: JPEG,
	data: () => Uint8Array.of(1, 2),
	spoilt: Uint8Array.of(3),
	begin: (events) => {
		const decode = async (jpeg: Blob): Promise<Bitmap> => {
			if (jpeg.size === 1) throw new Error('not a picture');
			return { width: 1, height: 1, close() {} };
		};
		const renderer = new JpegRenderer({ ...events, decode, draw: () => {} });
		return { clock: new FakeClock(), renderer, settle: turn };
	},
});

interface Pending {
	finish(): Promise<void>;
	fail(): Promise<void>;
}

function desk() {
	const decoding: Pending[] = [];
	const drawn: number[] = [];
	const acks: [number, number | undefined][] = [];
	let undecodable = 0;
	const bitmap: Bitmap = { width: 1, height: 1, close() {} };
	const renderer = new JpegRenderer({
		decode: () =>
			new Promise<Bitmap>((resolve, reject) => {
				const settle = (how: () => void) => {
					how();
					return turn();
				};
				decoding.push({
					finish: () => settle(() => resolve(bitmap)),
					fail: () => settle(() => reject(new Error('not a picture'))),
				});
			}),
		draw: () => {},
		onShown: (picture) => drawn.push(picture.sequence),
		onBroken: () => {},
		onUndecodable: () => undecodable++,
	});
	const offer = (sequence: number) => {
		const settle = (ageMs: number | undefined) => void acks.push([sequence, ageMs]);
		renderer.offer(aFrame({ sequence, ageMs: () => sequence * 10, settle }));
	};
	return { renderer, decoding, drawn, acks, offer, undecodable: () => undecodable };
}

it('draws and acknowledges, in this order and with the age', async () => {
	const { offer, decoding, drawn, acks } = desk();
	offer(1);
	expect(acks).toEqual([]);
	await decoding[0]?.finish();
	expect(drawn).toEqual([1]);
	expect(acks).toEqual([[1, 10]]);
});

it('lets at most one wait: the newest', async () => {
	const { offer, decoding, drawn, acks } = desk();
	for (const sequence of [1, 2, 3, 4]) offer(sequence);
	expect(decoding).toHaveLength(1);
	await decoding[0]?.finish();
	expect(decoding).toHaveLength(2);
	await decoding[1]?.finish();
	expect(drawn).toEqual([1, 4]);
	expect(acks.map(([sequence]) => sequence)).toEqual([1, 4]);
});

it('acknowledges what cannot be decoded and goes on', async () => {
	const { offer, decoding, drawn, acks, undecodable } = desk();
	offer(1);
	await decoding[0]?.fail();
	expect(acks).toEqual([[1, undefined]]);
	expect(undecodable()).toBe(1);
	offer(2);
	await decoding[1]?.finish();
	expect(drawn).toEqual([2]);
});

it('draws nothing after its end, and leaves nothing unacknowledged', async () => {
	const { renderer, offer, decoding, drawn, acks } = desk();
	offer(1);
	offer(2);
	renderer.close();
	await decoding[0]?.finish();
	offer(3);
	expect(drawn).toEqual([]);
	expect(acks).toEqual([
		[2, undefined],
		[1, undefined],
		[3, undefined],
	]);
});
