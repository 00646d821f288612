import { afterEach, expect, it, vi } from 'vitest';
import { readCameras } from './cameras.ts';
import { readSession, setUp, signIn, signOut } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

function relayAnswers(answer: () => Response): ReturnType<typeof vi.fn> {
	const fetch = vi.fn(async () => answer());
	vi.stubGlobal('fetch', fetch);
	return fetch;
}

const session = { signedIn: true, role: 'owner', name: 'owner', setUp: true, version: '0.1.0', link: null };

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

it('tells a refusal, and when to try again', async () => {
	const error = { code: 'too-many-attempts', message: 'Wait' };
	relayAnswers(() => Response.json({ error }, { status: 429, headers: { 'retry-after': '23' } }));
	expect(await signIn({ name: 'owner', password: 'x' })).toEqual({ kind: 'refused', ...error, retryAfterSeconds: 23 });
});

it.each([
	['a page of some proxy', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
	['JSON of somebody else', () => Response.json({ hello: 1 })],
	['no answer', () => Response.error()],
])('takes %s for no answer', async (_, answer) => {
	relayAnswers(answer);
	expect(await readSession()).toEqual({ kind: 'unreachable' });
});

it('survives a network that is gone', async () => {
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
	expect(await signOut()).toEqual({ kind: 'unreachable' });
});

it('reads cameras, whatever else they carry', async () => {
	relayAnswers(() => Response.json({ cameras: [{ name: 'porch', codec: 'jpeg', width: '?', extra: 1 }, null] }));
	const answer = await readCameras();
	expect(answer).toMatchObject({ kind: 'success', value: [{ name: 'porch', codec: 'jpeg', width: 0, viewers: 0 }] });
});
