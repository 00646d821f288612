import type { Answer } from './answer.ts';
import { ask, isRecord } from './request.ts';

/** Who is looking, and what relay this is. */
export interface Session {
	readonly signedIn: boolean;
	readonly role: 'owner' | 'viewer' | null;
	/** Whether the relay has an owner's password yet. */
	readonly setUp: boolean;
	readonly version: string;
}

const path = '/api/session';

/** Who is signed in. */
export function readSession(): Promise<Answer<Session>> {
	return ask({ method: 'GET', path, read });
}

/** Signs in with the owner's password or with the token of a link. */
export function signIn(proof: { readonly password: string } | { readonly link: string }): Promise<Answer<Session>> {
	return ask({ method: 'POST', path, body: proof, read });
}

/** Signs this browser out. */
export function signOut(): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path, read: () => true as const });
}

/** Gives the relay its owner's password, by the token of the set-up link. */
export function setUp(token: string, password: string): Promise<Answer<Session>> {
	return ask({ method: 'POST', path: '/api/setup', body: { token, password }, read });
}

function read(body: unknown): Session | undefined {
	if (!isRecord(body) || typeof body.signedIn !== 'boolean' || typeof body.setUp !== 'boolean') return undefined;
	const role = body.role === 'owner' || body.role === 'viewer' ? body.role : null;
	return { signedIn: body.signedIn, setUp: body.setUp, role, version: String(body.version ?? '') };
}
