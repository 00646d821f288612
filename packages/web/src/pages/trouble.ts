import type { Answer } from '../api/answer.ts';

/** Why something did not work, in words for the one who tried. */
export function troubleOf(answer: Exclude<Answer<unknown>, { kind: 'success' }>): string {
	if (answer.kind === 'unreachable') return 'The relay does not answer. Try again in a moment.';
	switch (answer.code) {
		case 'wrong-password':
			return 'That is not the password.';
		case 'link-expired':
			return 'This link no longer works. Ask the person who sent it for a new one.';
		case 'link-full':
			return 'This link has reached its number of viewers.';
		case 'too-many-attempts':
			return 'Too many attempts.';
		case 'unauthorized':
			return 'You are signed out.';
		default:
			return answer.message;
	}
}
