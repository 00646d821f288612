import { readFileSync } from 'node:fs';
import type { AccessEvent } from '@oriel/api';
import { expect, it } from 'vitest';
import { eventWords, isNotable } from './event-words.ts';

const event = (kind: string, more: Partial<AccessEvent> = {}): AccessEvent => ({
	...{ id: 1, at: '', kind, who: null, about: null, address: null, device: null, by: null },
	...more,
});

it('has words for every kind that the relay’s document names', () => {
	const document = readFileSync(new URL('../../../../../../docs/http-api.md', import.meta.url), 'utf8');
	const [, table = ''] = /### GET \/api\/events\n([\s\S]*?)\n### /.exec(document) ?? [];
	const kinds = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
		[...cell.matchAll(/`([\w-]+)`/g)].map(([, kind = '']) => kind),
	);
	expect(kinds.length).toBeGreaterThan(20);
	for (const kind of kinds) expect(eventWords(event(kind))).not.toBe(kind);
});

it('says who did what', () => {
	expect(eventWords(event('person-removed', { who: 'owner', about: 'Ada' }))).toBe('owner removed Ada');
	expect(eventWords(event('sign-in-failed'))).toBe('A sign-in as an unknown user failed');
});

it('asks whether it was the owner only where it may have been another person', () => {
	const asked = ['sign-in-failed', 'sign-in-limited', 'new-device', 'camera-taken-over'];
	const own = [
		'set-up',
		'sign-in',
		'changed-on-machine',
		'token-added',
		'link-added',
		'key-revoked',
		'pairing-started',
	];
	expect(asked.filter((kind) => isNotable(event(kind)))).toEqual(asked);
	expect(own.filter((kind) => isNotable(event(kind)))).toEqual([]);
	expect(eventWords(event('changed-on-machine', { about: 'keys.json' }))).toBe(
		'Camera keys were changed by a command on the relay’s machine',
	);
});

it('shows a kind that it does not know', () => {
	expect(eventWords(event('toString', { about: 'x' }))).toBe('toString: x');
	expect(isNotable(event('new-device'))).toBe(true);
});
