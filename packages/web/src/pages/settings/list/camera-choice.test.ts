import { expect, it } from 'vitest';
import { cameraOptions, camerasWords } from './camera-choice.ts';

const cameras = [
	{ name: 'porch', title: 'Front' },
	{ name: 'gate', title: 'Front' },
	{ name: 'garden', title: '' },
];

it('tells cameras apart that are called alike', () => {
	expect(cameraOptions(cameras)).toEqual([
		['porch', 'Front (porch)'],
		['gate', 'Front (gate)'],
		['garden', 'garden'],
	]);
});

it('keeps what was granted and is gone', () => {
	expect(cameraOptions([], ['shed'])).toEqual([['shed', 'shed (not here now)']]);
});

it('says which cameras are meant', () => {
	expect(camerasWords(null, cameras)).toBe('all cameras');
	expect(camerasWords([], cameras)).toBe('no camera');
	expect(camerasWords(['porch', 'shed'], cameras)).toBe('Front, shed');
});
