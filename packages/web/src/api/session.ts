import type { Answer } from './answer.ts';
import { done, numberOf, textOf, textOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** The share link by which a guest watches. */
export interface GuestLink {
	readonly label: string;
	/** ISO 8601 */
	readonly expiresAt: string;
	/** null: as many as come. */
	readonly maxViewers: number | null;
	/** Browsers that watch by it now. */
	readonly viewers: number;
}

/** Who is looking, and what relay this is. */
export interface Session {
	readonly signedIn: boolean;
	readonly role: 'owner' | 'viewer' | 'guest' | null;
	/** The person's name; null for guests and nobody. */
	readonly name: string | null;
	/** Whether the relay has an owner's password yet. */
	readonly setUp: boolean;
	readonly version: string;
	/** Set for guests. */
	readonly link: GuestLink | null;
}

/** What opens a session: a person's name and password, a sign-in link's token, or a share link's. */
export type Proof =
	| { readonly name: string; readonly password: string }
	| { readonly link: string }
	| { readonly share: string };

const path = '/api/session';

/** Who is signed in. */
export function readSession(): Promise<Answer<Session>> {
	return ask({ method: 'GET', path, read: readSessionBody });
}

/** Signs in. */
export function signIn(proof: Proof): Promise<Answer<Session>> {
	return ask({ method: 'POST', path, body: proof, read: readSessionBody });
}

/** Signs this browser out. */
export function signOut(): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path, read: done });
}

/** Gives the relay its owner's password, by the token of the set-up link. */
export function setUp(token: string, password: string): Promise<Answer<Session>> {
	return ask({ method: 'POST', path: '/api/setup', body: { token, password }, read: readSessionBody });
}

/** Changes the own password; all other sessions of the person end. */
export function changePassword(current: string, password: string): Promise<Answer<true>> {
	return ask({ method: 'POST', path: '/api/password', body: { current, password }, read: done });
}

/** Reads what describes a session; undefined if it does not. */
export function readSessionBody(body: unknown): Session | undefined {
	if (!isRecord(body) || typeof body.signedIn !== 'boolean' || typeof body.setUp !== 'boolean') return undefined;
	return {
		signedIn: body.signedIn,
		role: body.role === 'owner' || body.role === 'viewer' || body.role === 'guest' ? body.role : null,
		name: textOrNull(body.name),
		setUp: body.setUp,
		version: textOf(body.version),
		link: readLink(body.link),
	};
}

function readLink(link: unknown): GuestLink | null {
	if (!isRecord(link)) return null;
	return {
		label: textOf(link.label),
		expiresAt: textOf(link.expiresAt),
		maxViewers: typeof link.maxViewers === 'number' ? link.maxViewers : null,
		viewers: numberOf(link.viewers),
	};
}
