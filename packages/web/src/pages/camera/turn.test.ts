import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AS_IT_COMES, flipped, rememberedTurn, rememberTurn, turnAttributes, turned, turnWords } from './turn.ts';

const kept = new Map<string, string>();

beforeEach(() => {
	kept.clear();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	});
});

afterEach(() => vi.unstubAllGlobals());

it('comes back after four quarter turns, and after two mirrors', () => {
	const quarters = [1, 2, 3, 4].reduce((turns) => [...turns, turned(turns.at(-1) ?? AS_IT_COMES)], [AS_IT_COMES]);
	expect(quarters.map(({ degrees }) => degrees)).toEqual([0, 90, 180, 270, 0]);
	expect(turned({ degrees: 0, mirrored: true })).toEqual({ degrees: 270, mirrored: true });
	expect(flipped(flipped(AS_IT_COMES))).toEqual(AS_IT_COMES);
});

it('is remembered for each camera', () => {
	rememberTurn('porch', { degrees: 270, mirrored: true });
	expect([rememberedTurn('porch'), rememberedTurn('yard')]).toEqual([{ degrees: 270, mirrored: true }, AS_IT_COMES]);
	rememberTurn('porch', AS_IT_COMES);
	expect(kept.size).toBe(0);
});

it.each(['45', '90;x', '', 'm', '-90'])('takes nothing else from the storage: %j', (text) => {
	kept.set('oriel-turn:porch', text);
	expect(rememberedTurn('porch')).toEqual(AS_IT_COMES);
});

it('is told in words and shown by attributes', () => {
	expect(turnWords({ degrees: 90, mirrored: true })).toBe('Turned by 90° and mirrored, in this browser only.');
	expect(turnWords(AS_IT_COMES)).toBe('The picture is shown as it comes.');
	expect(turnAttributes({ degrees: 90, mirrored: true })).toEqual({ turn: '90', mirrored: '' });
	expect(turnAttributes(AS_IT_COMES)).toEqual({});
});
