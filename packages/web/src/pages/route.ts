import { CAMERA_NAME } from '@oriel/base';

/** Parts of the settings, each with an address of its own. */
export const SECTIONS = [
	'cameras',
	'people',
	'links',
	'sessions',
	'tokens',
	'events',
	'certificate',
	'password',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** What the part of the address after # asks for. */
export type Route =
	| { readonly page: 'wall' }
	| { readonly page: 'camera'; readonly name: string }
	/** `again`: the camera that gets a new key. */
	| { readonly page: 'add'; readonly again?: string }
	/** Without a section: the list of them. */
	| { readonly page: 'settings'; readonly section?: SectionName }
	| { readonly page: 'setup' | 'sign-in' | 'invite' | 'share' | 'pair'; readonly token: string };

const WITH_TOKEN = ['setup', 'sign-in', 'invite', 'share', 'pair'] as const;

/** A code, and the pin of a relay that signs its own certificate. */
const PAIRING = /^[\w-]{1,64}(\.[\w-]{43})?$/;

/** Reads the part of an address after #, with it or without. What makes no sense is the wall. */
export function parseRoute(hash: string): Route {
	const text = hash.replace(/^#/, '');
	const [key, token] = text.split(/=(.*)/s);
	const page = WITH_TOKEN.find((known) => known === key);
	// A pairing link becomes part of a command: nothing but a code may get there.
	if (page === 'pair') return token && PAIRING.test(token) ? { page, token } : { page: 'wall' };
	if (page && token) return { page, token };
	const [, name = '', rest] = /^\/([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
	// A camera may be called `settings`: the app's own pages have a second slash.
	if (rest === undefined) return CAMERA_NAME.test(name) ? { page: 'camera', name } : { page: 'wall' };
	if (name === 'settings') return settings(rest);
	if (name === 'add') return CAMERA_NAME.test(rest) ? { page: 'add', again: rest } : { page: 'add' };
	return { page: 'wall' };
}

function settings(rest: string): Route {
	const section = SECTIONS.find((known) => known === rest);
	return section ? { page: 'settings', section } : { page: 'settings' };
}

/** The address of a camera's page. */
export function cameraHref(name: string): string {
	return `#/${name}`;
}

/** The address of a part of the settings, or of the list of them. */
export function settingsHref(section: SectionName | '' = ''): string {
	return `#/settings/${section}`;
}

/** The address of the page that adds a camera; `again` gives a camera that is there a new key. */
export function addHref(again = ''): string {
	return `#/add/${again}`;
}

/** The address of the wall. */
export const WALL_HREF = '#/';

/** Goes there. */
export function go(href: string): void {
	location.hash = href;
}
