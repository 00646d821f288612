import { type NewToken, type Token, tokens } from '@oriel/api';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';

export async function listTokens(): Promise<Answer<readonly Token[]>> {
	return mapAnswer(await call(tokens.list, {}), (answer) => answer.tokens);
}

/** Makes one. The secret that is answered is shown this once. */
export async function addToken(body: NewToken): Promise<Answer<string>> {
	return mapAnswer(await call(tokens.add, { body }), ({ secret }) => secret);
}

/** Ends one and all that is open by it. */
export function revokeToken(id: string): Promise<Answer<undefined>> {
	return call(tokens.revoke, { params: { token: id } });
}
