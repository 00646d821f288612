import { expect, it } from 'vitest';
import { ageWords, figures, methodWords, rateWords } from './figures.ts';

it('gives rates the digits that they deserve', () => {
	expect([0.2, 4.94, 4.96, 24.4].map(rateWords)).toEqual(['0.2 fps', '4.9 fps', '5 fps', '24 fps']);
});

it('gives ages the unit that can be read', () => {
	expect([187.4, 1_340, 12_000, 180_000].map(ageWords)).toEqual(['187 ms', '1.3 s', '12 s', '3 min']);
});

it('leaves out what is not known', () => {
	expect([figures(24, 187), figures(24, undefined), figures(0, undefined)]).toEqual(['24 fps · 187 ms', '24 fps', '']);
});

it('names how pictures are shown', () => {
	const methods = ['webcodecs', 'mse', 'jpeg'] as const;
	expect(methods.map(methodWords)).toEqual(['H.264 · WebCodecs', 'H.264 · MSE', 'JPEG']);
});
