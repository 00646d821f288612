import { describe, expect, it } from 'vitest';
import { certificate } from './certificate.ts';
import { ApiError, readAnswer, readError } from './read.ts';
import { resources } from './resources.ts';
import { session } from './session.ts';
import { sessions } from './sessions.ts';

const browser = {
	id: '0f3a5c7e9b1d',
	person: 'owner',
	name: 'owner',
	device: 'Firefox on Linux',
	address: '203.0.113.7',
	createdAt: '2026-11-22T14:02:31.120Z',
	lastSeenAt: '2026-11-22T14:02:31.120Z',
	expiresAt: '2026-12-22T14:02:31.120Z',
	current: true,
	guestOf: null,
};

describe('an answer', () => {
	it('is read, and what a newer relay adds is left out', () => {
		const content = { sessions: [{ ...browser, colour: 'red' }], total: 1 };
		expect(readAnswer(sessions.list, content)).toEqual({ sessions: [browser] });
	});

	it('of an operation that has none is nothing', () => {
		expect(readAnswer(sessions.revoke, undefined)).toBeUndefined();
	});

	it.each([
		['a number for a text', { ...browser, address: 5 }, 'sessions.0.address: expected string, received 5'],
		['no value', { ...browser, address: undefined }, 'sessions.0.address: expected string, received undefined'],
		['null', { ...browser, device: null }, 'sessions.0.device: expected string, received null'],
		['a text for a switch', { ...browser, current: 'yes' }, 'sessions.0.current: expected boolean, received "yes"'],
		['no time', { ...browser, createdAt: 'soon' }, 'sessions.0.createdAt: expected '],
		['a text for an object', 'Ada', 'sessions.0: expected Object, received "Ada"'],
		['a list for an object', [browser], 'sessions.0.id: expected "id", received undefined'],
	])(
		'that is garbage is refused with its resource, its field, what was seen and what was expected: %s',
		(_, one, words) => {
			const read = () => readAnswer(sessions.list, { sessions: [one] });
			expect(read).toThrow(ApiError);
			expect(read).toThrow(`GET /api/sessions: ${words}`);
		},
	);

	it.each([null, undefined, 'text', 5, true])('that is %j is refused as a whole', (content) => {
		expect(() => readAnswer(session.read, content)).toThrow(/^GET \/api\/session: the whole answer: expected Object/);
	});

	it('is shown in part where it is long', () => {
		const read = () => readAnswer(sessions.list, { sessions: [{ ...browser, createdAt: 'x'.repeat(10_000) }] });
		expect(read).toThrow(/received "x{59}…$/);
	});

	it('of one shape or another is refused by the one that it says it has', () => {
		expect(readAnswer(certificate.read, { source: 'none', state: 'none' })).toEqual({ source: 'none', state: 'none' });
		const read = () => readAnswer(certificate.read, { source: 'files', state: 'none' });
		expect(read).toThrow(/^GET \/api\/certificate: state: expected \("good" \|/);
	});
});

it('a refusal is read, whatever code it has', () => {
	const error = { code: 'of-next-year', message: 'Wait' };
	expect(readError({ error, more: 1 })).toEqual(error);
	expect(readError({ error: { code: 5 } })).toBeUndefined();
	expect(readError('<h1>Bad gateway</h1>')).toBeUndefined();
});

it('every operation is there once', () => {
	const all = Object.values(resources).flatMap((resource) => Object.values(resource));
	const lines = all.map(({ method, path }) => `${method} ${path}`);
	expect(new Set(lines).size).toBe(lines.length);
});
