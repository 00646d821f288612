import { CodedError } from '@oriel/base';
import type { NetworkTrouble } from './network.ts';

/**
 * Whether opening the source again makes sense. `soon`: it may be back at any moment. `later`: asking often would do
 * harm (cameras lock users out) and somebody has to change something first. `never`: this input cannot be opened twice.
 */
export type Again = 'soon' | 'later' | 'never';

/** Why a source brings no more pictures. The message is for people, fits on one line and holds no password. */
export class SourceError extends CodedError<
	'ended' | 'no-picture' | 'too-large' | 'stalled' | 'not-found' | 'not-allowed' | 'bad-answer' | NetworkTrouble
> {
	readonly again: Again;

	constructor(code: SourceError['code'], message: string, options: { again: Again; cause?: unknown }) {
		super(code, message, options);
		this.again = options.again;
	}
}
