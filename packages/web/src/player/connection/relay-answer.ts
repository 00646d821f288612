/** What plain HTTP finds at the relay's address: nothing yet, a relay without a signed-in user, or one that may be dialled. */
export type RelayAnswer = 'absent' | 'signed-out' | 'there';

const TIMEOUT_MS = 4_000;
const TOO_MANY = 429;

/** Asks the relay of `live`, the address of its WebSocket. A browser hides why a WebSocket was refused. Never rejects. */
export async function askRelay(live: URL): Promise<RelayAnswer> {
	const question = new URL('/api/session', live);
	question.protocol = question.protocol.replace('ws', 'http');
	try {
		const answer = await fetch(question, { credentials: 'include', signal: AbortSignal.timeout(TIMEOUT_MS) });
		// A proxy answers for a relay that is away; a relay that stops, or has had enough, wants to be asked later.
		if (answer.status >= 500 || answer.status === TOO_MANY) return 'absent';
		return isSignedOut(await answer.json().catch(() => undefined)) ? 'signed-out' : 'there';
	} catch {
		return 'absent';
	}
}

/** Only a clear no is a no. */
function isSignedOut(session: unknown): boolean {
	return typeof session === 'object' && session !== null && 'signedIn' in session && session.signedIn === false;
}
