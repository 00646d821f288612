import { expect, it } from 'vitest';
import { controls } from './controls.ts';
import { events } from './events.ts';
import { people } from './people.ts';
import { targetOf } from './target.ts';

it('a path gets its parameters, which cannot leave their place', () => {
	expect(targetOf(people.list, {})).toBe('/api/people');
	expect(targetOf(people.invite, { params: { person: '8d21f0aa' } })).toBe('/api/people/8d21f0aa/invitation');
	expect(targetOf(controls.read, { params: { camera: '../x?y' } })).toBe('/api/cameras/..%2Fx%3Fy/controls');
});

it('a question gets those of its parameters that are given', () => {
	expect(targetOf(events.list, { query: { limit: 50, before: undefined } })).toBe('/api/events?limit=50');
	expect(targetOf(events.list, { query: { limit: 50, before: 7 } })).toBe('/api/events?limit=50&before=7');
});
