import type { Clock } from '@oriel/base';
import { noteSecret } from '../secret-ledger.ts';
import { type BrowserOptions, TestBrowser } from './browser.ts';
import type { RunningRelay } from './running-relay.ts';
import { ownerCookie, personCookie } from './session.ts';

/** The password of every person in a test. */
export const PASSWORD = 'a good long password';
noteSecret(PASSWORD);

/** The owner's browser, signed in without a password. */
export function ownerBrowser(relay: RunningRelay, clock: Clock & { advance(span: number): void }): TestBrowser {
	const browser = new TestBrowser(relay.url);
	const [name = '', value = ''] = ownerCookie(relay.files, clock).split('=');
	browser.cookies.set(name, value);
	clock.advance(500);
	return browser;
}

/** Invites a person and accepts in a browser of their own. */
export async function viewerBrowser(
	owner: TestBrowser,
	url: string,
	request: { readonly name: string; readonly cameras: readonly string[] | null; readonly role?: 'owner' | 'viewer' },
	options?: BrowserOptions,
): Promise<{ readonly id: string; readonly browser: TestBrowser }> {
	const { json } = await owner.post('/api/people', { role: 'viewer', ...request });
	const browser = new TestBrowser(url, options);
	const accepted = await browser.post('/api/invitations/accept', { token: json.token, password: PASSWORD });
	if (accepted.status !== 200) throw new Error(`Not let in: ${accepted.code}`);
	return { id: json.person.id, browser };
}

/** Adds a person and signs them in, as only a program with the data directory can: no password has to be hashed. */
export async function addedBrowser(
	owner: TestBrowser,
	relay: RunningRelay,
	clock: Clock & { advance(span: number): void },
	request: { readonly name: string; readonly cameras: readonly string[] | null },
): Promise<{ readonly id: string; readonly browser: TestBrowser }> {
	const { json } = await owner.post('/api/people', { role: 'viewer', ...request });
	const browser = new TestBrowser(relay.url);
	const [name = '', value = ''] = personCookie(relay.files, clock, json.person.id).split('=');
	browser.cookies.set(name, value);
	clock.advance(500);
	return { id: json.person.id, browser };
}

/** Makes a share link and opens it in a browser. */
export async function guestBrowser(
	owner: TestBrowser,
	url: string,
	request: { readonly cameras: readonly string[]; readonly [more: string]: unknown },
): Promise<{ readonly id: string; readonly token: string; readonly browser: TestBrowser }> {
	const { json } = await owner.post('/api/links', request);
	const browser = new TestBrowser(url);
	await browser.post('/api/session', { share: json.token });
	return { id: json.link.id, token: json.token, browser };
}
