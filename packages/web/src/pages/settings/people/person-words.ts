import type { Person } from '@oriel/api';
import type { Millis } from '@oriel/base';
import { inWords } from '../../time-words.ts';
import { camerasWords, type Named } from '../list/camera-choice.ts';

/** What there is to know of a person, a line each. */
export function personLines(
	{ id, role, cameras: granted, state, invitedUntil }: Person,
	cameras: readonly Named[],
	now: Millis,
): string[] {
	if (id === 'owner') return ['Set this relay up'];
	const lines = [
		role === 'owner' ? 'Sees all cameras, and looks after the relay' : `Sees ${camerasWords(granted, cameras)}`,
	];
	if (invitedUntil !== null) {
		const what = state === 'active' ? 'A link for a new password' : 'Invited; the link';
		lines.push(`${what} runs out ${inWords(invitedUntil, now)}`);
	} else if (state === 'invited') {
		lines.push('The invitation has expired: make a new link');
	}
	return lines;
}
