import type { Answer } from '../../api/answer.ts';
import type { Session } from '../../api/session.ts';

/** Why signing in did not work, in words. */
export function problemOf(answer: Exclude<Answer<Session>, { kind: 'success' }>): string {
	if (answer.kind === 'unreachable') return 'The relay does not answer. Try again in a moment.';
	switch (answer.code) {
		case 'wrong-password':
			return 'That is not the password.';
		case 'link-expired':
			return 'This link no longer works. Ask the owner for a new one.';
		case 'too-many-attempts':
			return 'Too many attempts.';
		default:
			return answer.message;
	}
}
