import type { Person } from '@oriel/api';
import { expect, it } from 'vitest';
import { personLines } from './person-words.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2);
const ada: Person = {
	id: '8d',
	name: 'Ada',
	role: 'viewer',
	cameras: ['porch'],
	state: 'active',
	createdAt: null,
	invitedUntil: null,
};
const cameras = [{ name: 'porch', title: 'Front porch' }];
const lines = (change: Partial<Person>) => personLines({ ...ada, ...change }, cameras, NOW);

it('says which cameras a person sees', () => {
	expect(lines({})).toEqual(['Sees Front porch']);
	expect(lines({ cameras: null })).toEqual(['Sees all cameras']);
	expect(lines({ role: 'owner' })).toEqual(['Sees all cameras, and looks after the relay']);
	expect(lines({ id: 'owner' })).toEqual(['Set this relay up']);
});

it('says how an invitation stands', () => {
	const invitedUntil = new Date(NOW + 6 * 86_400_000).toISOString();
	expect(lines({ state: 'invited', invitedUntil })[1]).toBe('Invited; the link runs out in 6 days');
	expect(lines({ invitedUntil })[1]).toBe('A link for a new password runs out in 6 days');
	expect(lines({ state: 'invited' })[1]).toContain('has expired');
});
