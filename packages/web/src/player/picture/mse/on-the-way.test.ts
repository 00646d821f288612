import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { aPicture } from '../rehearsal/a-picture.ts';
import { OnTheWay } from './on-the-way.ts';

function travelling(count: number) {
	const onTheWay = new OnTheWay();
	const acks: number[] = [];
	for (let sequence = 0; sequence < count; sequence++) {
		onTheWay.add(aPicture({ sequence, acknowledge: () => void acks.push(sequence) }), micros(sequence * 40), 0);
	}
	return { onTheWay, acks };
}

it('knows which picture is shown at a time', () => {
	const { onTheWay } = travelling(5);
	expect(onTheWay.shownAt(micros(90))?.sequence).toBe(2);
	expect(onTheWay.shownAt(micros(90))).toBeUndefined();
	expect(onTheWay.shownAt(micros(9_000))?.sequence).toBe(4);
});

it('settles the newest of those that are overdue, and still knows them', () => {
	const { onTheWay, acks } = travelling(3);
	onTheWay.acknowledgeOverdue(micros(250));
	expect(acks).toEqual([]);
	onTheWay.acknowledgeOverdue(micros(251));
	expect(acks).toEqual([2]);
	expect(onTheWay.shownAt(0)?.sequence).toBe(0);
});

it('keeps a limited number, and settles the newest at the end', () => {
	const { onTheWay, acks } = travelling(602);
	expect(acks).toEqual([0, 1]);
	onTheWay.clear();
	expect(acks).toEqual([0, 1, 601]);
	expect(onTheWay.shownAt(micros(99_999))).toBeUndefined();
});
