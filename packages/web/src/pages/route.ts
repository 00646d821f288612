import { CAMERA_NAME } from '@oriel/wire';

/** What the part of the address after # asks for. */
export type Route =
	| { readonly page: 'wall' }
	| { readonly page: 'camera'; readonly name: string }
	| { readonly page: 'setup'; readonly token: string }
	| { readonly page: 'sign-in'; readonly token: string };

/** Reads the part of an address after #, with it or without. What makes no sense is the wall. */
export function parseRoute(hash: string): Route {
	const text = hash.replace(/^#/, '');
	const [key, token] = text.split(/=(.*)/s);
	if (token && (key === 'setup' || key === 'sign-in')) return { page: key, token };
	const name = text.replace(/^\//, '');
	return text.startsWith('/') && CAMERA_NAME.test(name) ? { page: 'camera', name } : { page: 'wall' };
}

/** The address of a camera's page. */
export function cameraHref(name: string): string {
	return `#/${name}`;
}

/** The address of the wall. */
export const WALL_HREF = '#/';
