import type { Principal } from './policy.ts';

/**
 * Who answers for what a connection takes: a person with all browsers, a share link with all its guests, a token, a publish
 * key. Limits by it cannot be passed by opening more connections.
 */
export function answerableFor(who: Principal): string {
	switch (who.kind) {
		case 'owner':
		case 'viewer':
			return `person ${who.person}`;
		case 'guest':
			return `link ${who.link}`;
		case 'token':
		case 'camera':
			return `${who.kind} ${who.credential}`;
		default:
			return who.kind;
	}
}
