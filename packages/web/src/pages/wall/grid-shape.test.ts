import { expect, it } from 'vitest';
import { commonAspect } from './common-aspect.ts';
import { gridShape } from './grid-shape.ts';

const screens = { phone: [374, 780], desk: [1264, 736], wall: [1904, 1016] } as const;

function columns(screen: keyof typeof screens, count: number): number {
	const [width, height] = screens[screen];
	return gridShape({ count, width, height, aspect: 16 / 9, gap: 8 }).columns;
}

it('chooses the columns that make the largest tiles', () => {
	expect([1, 2, 3, 4, 6, 9, 16].map((count) => columns('wall', count))).toEqual([1, 2, 2, 2, 3, 3, 4]);
	expect([1, 2, 4, 6, 9].map((count) => columns('desk', count))).toEqual([1, 2, 2, 3, 3]);
	expect([1, 3, 9].map((count) => columns('phone', count))).toEqual([1, 1, 1]);
});

it('fits all tiles in, unless they became too small', () => {
	for (let count = 1; count <= 25; count++) {
		const { columns, tileWidth, tileHeight } = gridShape({ count, width: 1904, height: 1016, aspect: 16 / 9, gap: 8 });
		const rows = Math.ceil(count / columns);
		expect(columns * (tileWidth + 8) - 8).toBeLessThanOrEqual(1904);
		expect(rows * (tileHeight + 8) - 8).toBeLessThanOrEqual(1016);
	}
	expect(gridShape({ count: 200, width: 1904, height: 1016, aspect: 16 / 9, gap: 8 }).tileWidth).toBeGreaterThan(280);
});

it('takes the aspect that most pictures have', () => {
	const wide = { width: 1280, height: 720 };
	expect(commonAspect([])).toBeCloseTo(16 / 9);
	expect(commonAspect([wide, { width: 720, height: 1280 }, wide, { width: 0, height: 0 }])).toBeCloseTo(16 / 9);
	expect(commonAspect([{ width: 720, height: 1280 }])).toBe(0.75);
});
