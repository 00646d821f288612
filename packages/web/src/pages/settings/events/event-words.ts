import type { AccessEvent } from '@oriel/api';

type Words = (event: { readonly who: string; readonly about: string }) => string;

const WORDS: Readonly<Record<string, Words>> = {
	'set-up': () => 'The owner’s password was chosen with a set-up link',
	'sign-in': ({ who }) => `${who} signed in`,
	'sign-in-failed': ({ who }) => `A sign-in as ${who} failed`,
	'sign-in-limited': ({ who }) => `Too many sign-ins as ${who} failed: further ones have to wait`,
	'signed-out': ({ who }) => `${who} signed out`,
	'new-device': ({ who }) => `${who} used a device and network for the first time`,
	'password-changed': ({ who }) => `${who} changed the password`,
	'session-revoked': ({ who, about }) => `${who} ended the session ${about}`,
	'person-added': ({ who, about }) => `${who} added ${about}`,
	'person-changed': ({ who, about }) => `${who} changed what ${about} may see`,
	'person-removed': ({ who, about }) => `${who} removed ${about}`,
	'person-invited': ({ who, about }) => `${who} made a new link for ${about}`,
	'invitation-accepted': ({ about }) => `${about} accepted an invitation`,
	'link-added': ({ about }) => `A share link was made: ${about}`,
	'link-opened': ({ about }) => `A share link was opened: ${about}`,
	'link-revoked': ({ about }) => `A share link was revoked: ${about}`,
	'token-added': ({ about }) => `A token was made: ${about}`,
	'token-revoked': ({ about }) => `A token was revoked: ${about}`,
	'key-revoked': ({ about }) => `A key of ${about} was revoked`,
	'camera-removed': ({ about }) => `The camera ${about} was removed`,
	'camera-controlled': ({ who, about }) => `${who} changed a control: ${about}`,
	'camera-taken-over': ({ about }) => `Another machine took over as ${about}`,
	'pairing-started': ({ about }) => `A pairing code for ${about} was made`,
	'pairing-joined': ({ about }) => `A machine joined as ${about}`,
	'pairing-cancelled': ({ about }) => `The pairing code for ${about} was cancelled`,
	'access-ended': ({ who }) => `${who} was disconnected: access had ended`,
	'changed-on-machine': ({ about }) => `${fileWords(about)} changed by a command on the relay’s machine`,
};

/** What the files of the data directory hold that commands change. */
const FILES: Readonly<Record<string, string>> = {
	'keys.json': 'Camera keys were',
	'tokens.json': 'API tokens were',
	'setup.json': 'The set-up link was',
};

function fileWords(name: string): string {
	return Object.hasOwn(FILES, name) ? `${FILES[name]}` : `${name} was`;
}

/** Kinds that an owner should not overlook, and did not cause while signed in. */
const NOTABLE: ReadonlySet<string> = new Set(['sign-in-failed', 'sign-in-limited', 'new-device', 'camera-taken-over']);

/** What happened, in a sentence without its end. A kind that this page does not know yet is shown by its own name. */
export function eventWords({ kind, who, about }: AccessEvent): string {
	const known = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
	const words = known ?? (() => [kind, about].filter(Boolean).join(': '));
	return words({ who: who || 'an unknown user', about: about || 'without a label' });
}

/** Whether the owner should not overlook it. */
export function isNotable({ kind }: AccessEvent): boolean {
	return NOTABLE.has(kind);
}
