import { type OpenSession, sessions } from '@oriel/api';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';

/** Newest first: an owner sees all, a viewer their own. */
export async function listSessions(): Promise<Answer<readonly OpenSession[]>> {
	return mapAnswer(await call(sessions.list, {}), (answer) => answer.sessions);
}

/** Ends one and all that is open by it. */
export function revokeSession(id: string): Promise<Answer<undefined>> {
	return call(sessions.revoke, { params: { session: id } });
}
