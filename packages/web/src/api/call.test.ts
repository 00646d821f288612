import { afterEach, describe, expect, it, vi } from 'vitest';
import { readCameras } from './cameras.ts';
import { listEvents } from './events.ts';
import { addLink } from './links.ts';
import { changePerson, listPeople } from './people.ts';
import { readSession, setUp, signIn, signOut } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

function relayAnswers(answer: () => Response): ReturnType<typeof vi.fn> {
	const fetch = vi.fn(async () => answer());
	vi.stubGlobal('fetch', fetch);
	return fetch;
}

const session = { signedIn: true, role: 'owner', name: 'owner', setUp: true, version: '0.1.0', link: null };
const ada = {
	id: '8d',
	name: 'Ada',
	role: 'viewer',
	cameras: null,
	state: 'active',
	createdAt: null,
	invitedUntil: null,
};
const camera = {
	name: 'porch',
	title: 'Front porch',
	codec: 'jpeg',
	width: 640,
	height: 480,
	state: 'live',
	since: '2026-11-22T14:02:31.120Z',
	framesPerSecond: 24,
	bitsPerSecond: 2_933_020,
	viewers: 3,
	isPaused: false,
};

it('reads a session', async () => {
	relayAnswers(() => Response.json(session));
	expect(await readSession()).toEqual({ kind: 'success', value: session });
});

it('posts JSON', async () => {
	const fetch = relayAnswers(() => Response.json(session));
	await setUp('token', 'long password');
	expect(fetch).toHaveBeenCalledWith(
		'/api/setup',
		expect.objectContaining({ method: 'POST', body: '{"token":"token","password":"long password"}' }),
	);
});

it('puts what it asks for into the address', async () => {
	const fetch = relayAnswers(() => Response.json({ person: ada }));
	expect(await changePerson('a/b', { cameras: null })).toEqual({ kind: 'success', value: undefined });
	expect(fetch).toHaveBeenCalledWith('/api/people/a%2Fb', expect.objectContaining({ body: '{"cameras":null}' }));
	await listEvents(812);
	expect(fetch).toHaveBeenLastCalledWith('/api/events?limit=50&before=812', expect.anything());
});

it('tells a refusal, and when to try again', async () => {
	const error = { code: 'too-many-attempts', message: 'Wait' };
	relayAnswers(() => Response.json({ error }, { status: 429, headers: { 'retry-after': '23' } }));
	expect(await signIn({ name: 'owner', password: 'x' })).toEqual({ kind: 'refused', ...error, retryAfterSeconds: 23 });
});

it.each([
	['a page of some proxy', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
	['an error of some proxy', () => Response.json({ error: 'no upstream' }, { status: 502 })],
	['a page in place of an answer', () => new Response('<h1>Welcome</h1>')],
	['no answer', () => Response.error()],
])('takes %s for no answer', async (_, answer) => {
	relayAnswers(answer);
	expect(await readSession()).toEqual({ kind: 'unreachable' });
});

it('survives a network that is gone', async () => {
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
	expect(await signOut()).toEqual({ kind: 'unreachable' });
});

it('reads cameras, whatever else a newer relay tells of them', async () => {
	relayAnswers(() => Response.json({ cameras: [{ ...camera, colour: 'red' }], total: 1 }));
	expect(await readCameras()).toEqual({ kind: 'success', value: [camera] });
});

describe('garbage', () => {
	it.each([
		[
			'JSON of another program',
			readSession,
			{ hello: 1 },
			'GET /api/session: signedIn: expected "signedIn", received undefined',
		],
		[
			'a text for a number',
			readCameras,
			{ cameras: [{ ...camera, width: '?' }] },
			'GET /api/cameras: cameras.0.width: expected number, received "?"',
		],
		['nothing in a list', listPeople, { people: [null] }, 'GET /api/people: people.0: expected Object, received null'],
		[
			'another role',
			listPeople,
			{ people: [{ ...ada, role: 'king' }] },
			'GET /api/people: people.0.role: expected ("owner" | "viewer"), received "king"',
		],
	])('is no value: %s', async (_, read, content, reason) => {
		relayAnswers(() => Response.json(content));
		expect(await read()).toEqual({ kind: 'unreadable', reason });
	});

	it('in place of a link is no link', async () => {
		relayAnswers(() => Response.json({ path: 5 }, { status: 201 }));
		const answer = await addLink({ cameras: ['porch'] });
		expect(answer).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('POST /api/links: ') });
	});

	it('is an empty answer where one is promised', async () => {
		relayAnswers(() => new Response(null, { status: 204 }));
		expect(await listPeople()).toMatchObject({ kind: 'unreadable' });
	});
});
