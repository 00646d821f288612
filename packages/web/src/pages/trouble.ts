import type { Failure } from '../api/answer.ts';

/** What people are told of an answer that is not what the page expects. */
export const UNREADABLE_WORDS = 'This page does not understand the relay’s answer. Reload the page.';

/** Why something did not work, in words for the one who tried. */
export function troubleOf(answer: Failure): string {
	if (answer.kind === 'unreachable') return 'The relay does not answer. Try again in a moment.';
	if (answer.kind === 'unreadable') return UNREADABLE_WORDS;
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

/** The same with the technical reason behind it, for those who look after the relay. */
export function fullTroubleOf(answer: Failure): string {
	return answer.kind === 'unreadable' ? `${troubleOf(answer)} ${answer.reason}.` : troubleOf(answer);
}
