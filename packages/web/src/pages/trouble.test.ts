import { expect, it } from 'vitest';
import { fullTroubleOf, troubleOf } from './trouble.ts';

const garbage = {
	kind: 'unreadable',
	reason: 'GET /api/people: people.0.name: expected string, received 5',
} as const;

it('says in plain words that an answer is garbage, and what it is to those who look after the relay', () => {
	expect(troubleOf(garbage)).toBe('This page does not understand the relay’s answer. Reload the page.');
	expect(fullTroubleOf(garbage)).toBe(`${troubleOf(garbage)} ${garbage.reason}.`);
});

it('tells the relay’s own words where it has none of its own', () => {
	const refused = { kind: 'refused', code: 'too-many-open', message: 'There are 500 tokens' } as const;
	expect([troubleOf(refused), fullTroubleOf(refused)]).toEqual(['There are 500 tokens', 'There are 500 tokens']);
});
