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
	['#invite=oriel_x', { page: 'invite', token: 'oriel_x' }],
	['#share=oriel_y', { page: 'share', token: 'oriel_y' }],
	['#pair=ABCD-1234', { page: 'pair', token: 'ABCD-1234' }],
	[`#pair=ABCD.${'a'.repeat(43)}`, { page: 'pair', token: `ABCD.${'a'.repeat(43)}` }],
	['#pair=A"; rm -rf ~; "', { page: 'wall' }],
	['#pair=$(x)', { page: 'wall' }],
	['#/settings', { page: 'camera', name: 'settings' }],
	['#/settings/', { page: 'settings' }],
	['#/settings/people', { page: 'settings', section: 'people' }],
	['#/settings/<b>', { page: 'settings' }],
	['#/add/', { page: 'add' }],
	['#/add/porch', { page: 'add', again: 'porch' }],
	['#/add/../x', { page: 'add' }],
	['#/other/', { page: 'wall' }],
])('reads %s', (hash, route) => {
	expect(parseRoute(hash)).toEqual(route);
});
