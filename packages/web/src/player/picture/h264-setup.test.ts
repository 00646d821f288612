import { parseAvcc } from '@oriel/media';
import { h264Units, spoiltUnit } from '@oriel/testing/h264';
import { expect, it } from 'vitest';
import { sameSetup, setupOf } from './h264-setup.ts';

const [key = spoiltUnit(), delta = spoiltUnit()] = h264Units('kd', 64, 48);

it('reads what a decoder needs from a key frame', () => {
	const setup = setupOf(key);
	expect(setup).toMatchObject({ width: 64, height: 48, codec: expect.stringMatching(/^avc1\.42/) });
	expect(parseAvcc(setup?.avcc ?? key)).toMatchObject({ lengthBytes: 4, sps: [expect.anything()] });
});

it('finds nothing where nothing can be read', () => {
	expect(setupOf(delta)).toBeUndefined();
	expect(setupOf(Uint8Array.of(0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x68, 0xce))).toBeUndefined();
	expect(setupOf(new Uint8Array(0))).toBeUndefined();
});

it('tells setups apart by their parameter sets', () => {
	const [setup, again, smaller] = [key, key, h264Units('k', 32, 32)[0] ?? delta].map(setupOf);
	if (!setup || !again || !smaller) throw new Error('A key frame was not read');
	expect(sameSetup(setup, again)).toBe(true);
	expect(sameSetup(setup, smaller)).toBe(false);
});
