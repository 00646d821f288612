import { micros } from '@oriel/base';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import { OnTheWay } from './on-the-way.ts';

function travelling(count: number) {
	const onTheWay = new OnTheWay();
	const acks: number[] = [];
	const add = (sequence: number, from: number, playable = from) => {
		const picture = aFrame({ sequence, settle: () => void acks.push(sequence) });
		const times = { from: micros(from), playable: micros(playable) };
		onTheWay.add({ picture, init: undefined, bytes: new Uint8Array(0), ...times });
	};
	for (let sequence = 0; sequence < count; sequence++) add(sequence, sequence * 40);
	return { onTheWay, acks, add };
}

it('knows which picture is shown at a time, and which were passed on the way there', () => {
	const { onTheWay } = travelling(5);
	const at = (ms: number) => {
		const seen = onTheWay.shownAt(micros(ms));
		return [seen?.passed.map(({ sequence }) => sequence), seen?.picture.sequence];
	};
	expect(at(90)).toEqual([[0, 1], 2]);
	expect(at(90)).toEqual([undefined, undefined]);
	expect(at(9_000)).toEqual([[3], 4]);
});

it('keeps a limited number, and settles the newest at the end', () => {
	const { onTheWay, acks } = travelling(602);
	expect(acks).toEqual([0, 1]);
	onTheWay.clear();
	expect(acks).toEqual([0, 1, 601]);
	expect(onTheWay.shownAt(micros(99_999))).toBeUndefined();
});

it('tells of pictures out of order which is shown, and settles what could not be shown earlier', () => {
	const { onTheWay, add } = travelling(0);
	// Shown in the order 0 3 2 4 1: the second comes first because the others depend on it.
	for (const [sequence, from, playable] of [
		[0, 0, 0],
		[1, 160, 1],
		[2, 80, 2],
		[3, 40, 40],
		[4, 120, 80],
	] as const) {
		add(sequence, from, playable);
	}
	const at = (ms: number) => {
		const shown = onTheWay.shownAt(micros(ms));
		return [shown?.picture.sequence, shown?.settled.sequence];
	};
	expect([10, 45, 85, 125, 165].map(at)).toEqual([
		[0, 2],
		[3, 3],
		[2, 4],
		[4, 4],
		[1, 1],
	]);
});
