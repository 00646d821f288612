import { type Proof, password, type Session, session, setup } from '@oriel/api';
import type { Answer } from './answer.ts';
import { call } from './call.ts';

/** Who is signed in. */
export function readSession(): Promise<Answer<Session>> {
	return call(session.read, {});
}

/** Signs in. */
export function signIn(proof: Proof): Promise<Answer<Session>> {
	return call(session.open, { body: proof });
}

/** Signs this browser out. */
export function signOut(): Promise<Answer<undefined>> {
	return call(session.close, {});
}

/** Gives the relay its owner's password, by the token of the set-up link. */
export function setUp(token: string, password: string): Promise<Answer<Session>> {
	return call(setup.complete, { body: { token, password } });
}

/** Changes the own password; all other sessions of the person end. */
export function changePassword(current: string, next: string): Promise<Answer<undefined>> {
	return call(password.change, { body: { current, password: next } });
}
