import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, bitrate, part, quarterTurn } from './picture-kinds.ts';
import { UsageError } from './usage-error.ts';

describe('kinds of the picture', () => {
	it.each([
		[bitrate(), '2000000', 2_000_000],
		[bitrate(), '2000k', 2_000_000],
		[bitrate(), '2M', 2_000_000],
		[bitrate(), '1.5M', 1_500_000],
		[between('N', 0, 32), '0', 0],
		[between('N', 0, 32), '2.5', 2.5],
		[quarterTurn(), '270', 270],
		[part(), '0.25, .25,0.5,0.5', { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }],
		[part(), '0.7,0,0.3,1', { x: 0.7, y: 0, width: 0.3, height: 1 }],
	])('reads %# %s', (kind, text, value) => {
		expect(kind.read(text, '--x')).toEqual(value);
	});

	it.each([
		[bitrate(), '2m', 'bits per second from 16k to 100M'],
		[bitrate(), '15999', 'bits per second'],
		[bitrate(), '-1', 'bits per second'],
		[between('N', 0, 32), '33', 'from 0 to 32'],
		[between('N', 0, 32), '', 'from 0 to 32'],
		[quarterTurn(), '45', '0, 90, 180 or 270'],
		[part(), '0,0,1', 'X,Y,WIDTH,HEIGHT'],
		[part(), '0,0,0,1', 'inside the picture'],
		[part(), '0.5,0,0.6,1', 'inside the picture'],
		[part(), '0,0,1,1,1', 'X,Y,WIDTH,HEIGHT'],
	])('refuses %# %s, naming place, value and what is accepted', (kind, text, words) => {
		expect(() => kind.read(text, '--thing')).toThrow(UsageError);
		expect(() => kind.read(text, '--thing')).toThrow(`--thing: "${text}" cannot be used; `);
		expect(() => kind.read(text, '--thing')).toThrow(words);
	});

	it('throws nothing but UsageError, whatever it is given', () => {
		fc.assert(
			fc.property(fc.string(), fc.constantFrom(bitrate(), part(), quarterTurn(), between('N', 1, 9)), (text, kind) => {
				try {
					kind.read(text, 'x');
				} catch (thrown) {
					expect(thrown).toBeInstanceOf(UsageError);
				}
			}),
		);
	});
});
