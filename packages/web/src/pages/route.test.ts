import { expect, it } from 'vitest';
import { parseRoute } from './route.ts';

it.each([
	['', { page: 'wall' }],
	['#/', { page: 'wall' }],
	['#/porch', { page: 'camera', name: 'porch' }],
	['#/../etc', { page: 'wall' }],
	['#/Porch%20x', { page: 'wall' }],
	['#setup=a-b_c=', { page: 'setup', token: 'a-b_c=' }],
	['#sign-in=xyz', { page: 'sign-in', token: 'xyz' }],
	['#sign-in=', { page: 'wall' }],
	['#other=xyz', { page: 'wall' }],
])('reads %s', (hash, route) => {
	expect(parseRoute(hash)).toEqual(route);
});
