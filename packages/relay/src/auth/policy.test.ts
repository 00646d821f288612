import { type Message, SUBPROTOCOL, TYPE_BYTES } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { ask, upgradeHeaders } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestCookie, ownerCookie, personCookie } from '@oriel/testing/relay/session';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpServer, type ServerOptions } from '../http/server.ts';
import { idsOf } from './camera-identity.ts';
import type { Action, Principal } from './policy.ts';

// Who calls, a letter each: Anonymous, a Local program, the Owner, a viewer of Every camera, one of the Door, a browser with
// a Share link to the door, a Token for everything, one for the door (U), one for the Garden, the door's Key, the garden's
// other key (X).
const EVERYONE = 'ALOEDSTUGKX';

/** Every route and who gets past the guard. `:camera` is the door. A route that is missing here fails the test. */
const ROUTES: Readonly<Record<string, string>> = {
	'PUT /cameras/:camera/ingest': 'K',
	'POST /cameras/:camera/ingest': 'K',
	'GET /cameras/:camera/ingest': 'K',
	'GET /cameras/:camera/stream.mjpg': 'OEDSTU',
	'GET /cameras/:camera/stream.mp4': 'OEDSTU',
	'GET /cameras/:camera/snapshot.jpg': 'OEDSTU',
	'GET /stream.mjpg': 'OET',
	'GET /api/session': EVERYONE,
	'POST /api/session': EVERYONE,
	'DELETE /api/session': EVERYONE,
	'POST /api/setup': EVERYONE,
	'POST /api/password': 'OED',
	'GET /api/sessions': 'OED',
	'DELETE /api/sessions/:session': 'OED',
	'GET /api/people': 'O',
	'POST /api/people': 'O',
	'PUT /api/people/:person': 'O',
	'DELETE /api/people/:person': 'O',
	'POST /api/people/:person/invitation': 'O',
	'POST /api/invitations/look': EVERYONE,
	'POST /api/invitations/accept': EVERYONE,
	'GET /api/links': 'O',
	'POST /api/links': 'O',
	'DELETE /api/links/:link': 'O',
	'GET /api/tokens': 'O',
	'POST /api/tokens': 'O',
	'DELETE /api/tokens/:token': 'O',
	'GET /api/keys': 'O',
	'DELETE /api/keys/:key': 'O',
	'GET /api/pairings': 'O',
	'POST /api/pairings': 'O',
	'GET /api/pairings/:pairing': 'O',
	'DELETE /api/pairings/:pairing': 'O',
	'POST /api/join': EVERYONE,
	'POST /api/join/header': EVERYONE,
	'GET /api/events': 'O',
	'GET /api/cameras': 'OEDSTUG',
	'GET /api/cameras/:camera/viewers': 'O',
	'GET /api/cameras/:camera/controls': 'O',
	'POST /api/cameras/:camera/controls': 'O',
	'GET /api/certificate': 'O',
	'GET /api/outside': 'O',
	'DELETE /api/cameras/:camera': 'O',
	'GET /healthz': EVERYONE,
	'GET /readyz': EVERYONE,
	'GET /metrics': 'LOT',
	'GET /install.sh': EVERYONE,
	'GET /oriel-0.0.0.tgz': EVERYONE,
	'GET /': EVERYONE,
	'GET /index.html': EVERYONE,
	'GET /assets/main-1a2b3c.js': EVERYONE,
	'UPGRADE /agent': 'KX',
	'UPGRADE /live': 'OEDSTUG',
};

/** Every message type and on which socket the relay takes it. A type that is missing here fails the test. */
const MESSAGES: Readonly<Record<Message['type'], string>> = {
	hello: 'agent live',
	announce: 'agent',
	withdraw: 'agent',
	watch: 'live',
	status: 'agent',
	request: '',
	error: 'agent live',
	goodbye: 'agent live',
	carry: '',
	frame: 'agent',
	poster: 'agent',
	controls: 'agent',
	control: '',
	ack: 'live',
	ping: 'agent live',
	pong: 'agent live',
};

const PRINCIPALS: Readonly<Record<Principal['kind'], Principal>> = {
	anonymous: { kind: 'anonymous' },
	local: { kind: 'local' },
	owner: { kind: 'owner', credential: '', person: 'owner' },
	viewer: { kind: 'viewer', credential: '', person: 'ada', cameras: undefined },
	guest: { kind: 'guest', credential: '', link: '', cameras: new Set(['door']) },
	token: { kind: 'token', credential: '', cameras: undefined },
	camera: { kind: 'camera', credential: '', camera: 'door' },
};

const clock = new FakeClock();
let relay: RunningRelay;
let options: ServerOptions<Principal, Action>;

beforeAll(async () => {
	const listen = vi.spyOn(HttpServer, 'listen');
	relay = await RunningRelay.start({ clock, cameras: ['door', 'garden'] });
	options = listen.mock.calls[0]?.[0] as unknown as typeof options;
	listen.mockRestore();
	addPeople();
});

afterAll(() => relay[Symbol.asyncDispose]());

function addPeople(): void {
	const { files } = relay;
	const person = { role: 'viewer', password: null, createdAt: '2026-11-22T14:02:00.000Z', invitation: null } as const;
	files.people.put({ ...person, id: 'every', name: 'Every', cameras: null });
	files.people.put({ ...person, id: 'door', name: 'Door', cameras: idsOf(files, ['door']) });
}

/** What each caller shows. Loopback is a local program unless a proxy says for whom it speaks. */
function headersOf(caller: string): Record<string, string> {
	const { files } = relay;
	const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
	const cookies: Readonly<Record<string, () => string>> = {
		O: () => ownerCookie(files, clock),
		E: () => personCookie(files, clock, 'every'),
		D: () => personCookie(files, clock, 'door'),
		S: () => guestCookie(files, clock, ['door']),
	};
	const secrets: Readonly<Record<string, () => string>> = {
		T: () => relay.token(),
		U: () => relay.token({ cameras: ['door'] }),
		G: () => relay.token({ cameras: ['garden'] }),
		K: () => relay.key('door'),
		X: () => relay.key('garden'),
	};
	const cookie = cookies[caller];
	if (cookie) return { cookie: cookie(), origin: relay.url };
	const secret = secrets[caller];
	if (secret) return bearer(secret());
	return caller === 'A' ? { 'x-forwarded-for': '192.0.2.1' } : {};
}

describe('the route table', () => {
	it('is the one that this test knows, and every action in use has a rule', () => {
		const routes = options.routes.map(({ method, path }) => `${method} ${path}`);
		const upgrades = options.upgrades.map(({ path }) => `UPGRADE ${path}`);
		expect([...routes, ...upgrades].sort()).toEqual(Object.keys(ROUTES).sort());
		for (const { action } of [...options.routes, ...options.upgrades])
			expect(relay.relay.access.policy.permission(action), action).toBeDefined();
	});

	it.each(Object.entries(ROUTES))('%s lets in exactly %s', async (route, wanted) => {
		const [verb = '', pattern = ''] = route.split(' ');
		const path = pattern.replace(':camera', verb === 'DELETE' ? 'nowhere' : 'door').replaceAll(/:\w+/g, 'nobody');
		const upgrade = verb === 'UPGRADE' ? upgradeHeaders(SUBPROTOCOL) : {};
		const method = verb === 'UPGRADE' ? 'GET' : verb;
		let seen = '';
		for (const caller of EVERYONE) {
			const headers = { ...headersOf(caller), ...upgrade };
			clock.advance(500);
			const { status } = await ask(`${relay.url}${path}`, { method, headers, headOnly: true });
			const denied = caller === 'A' || caller === 'L' ? 401 : 403;
			if (status !== denied) seen += caller;
		}
		expect(seen).toBe(wanted);
	});
});

describe('what is not in the table', () => {
	it('is refused to every caller: unknown paths, methods and WebSockets', async () => {
		const headers = headersOf('O');
		clock.advance(500);
		const of = async (method: string, path: string) => (await ask(`${relay.url}${path}`, { method, headers })).status;
		expect(await of('GET', '/api/config')).toBe(404);
		expect(await of('GET', '/cameras/door')).toBe(404);
		expect(await of('DELETE', '/api/cameras')).toBe(405);
		expect(await of('PATCH', '/api/session')).toBe(405);
		const upgrade = { ...headers, ...upgradeHeaders(SUBPROTOCOL) };
		expect((await ask(`${relay.url}/`, { headers: upgrade })).status).toBe(404);
	});

	it('does not reveal which cameras there are', async () => {
		for (const caller of 'ALGX') {
			const headers = headersOf(caller);
			clock.advance(500);
			const [there, notThere] = await Promise.all(
				['door', 'nowhere'].map((name) => ask(`${relay.url}/cameras/${name}/snapshot.jpg`, { headers })),
			);
			expect([there?.status, there?.text]).toEqual([notThere?.status, notThere?.text]);
		}
	});
});

describe('messages', () => {
	it('are those of the protocol', () => {
		// The decoder makes a presentation a part of the frame behind it.
		const types = Object.keys(TYPE_BYTES).filter((type) => type !== 'presentation');
		expect(Object.keys(MESSAGES).sort()).toEqual(types.sort());
	});

	it.each(Object.entries(MESSAGES))('%s is taken only from those on: %s', (type, sockets) => {
		for (const principal of Object.values(PRINCIPALS)) {
			const isAgent = principal.kind === 'camera' && sockets.includes('agent');
			const isViewer = !['anonymous', 'local', 'camera'].includes(principal.kind) && sockets.includes('live');
			expect(relay.relay.access.policy.maySend(principal, 'agent', type)).toBe(isAgent);
			expect(relay.relay.access.policy.maySend(principal, 'live', type)).toBe(isViewer);
		}
	});

	it('of a name that only objects have are not accepted', () => {
		for (const type of ['constructor', '__proto__', 'hasOwnProperty', '']) {
			for (const principal of Object.values(PRINCIPALS))
				expect(relay.relay.access.policy.maySend(principal, 'live', type)).toBe(false);
		}
	});

	it.each(Object.entries(MESSAGES))(
		'%s ends a connection in which it has no place (place: %s)',
		async (type, sockets) => {
			const content: Record<string, Message> = {
				hello: { type: 'hello', version: 1, software: '', capabilities: [] },
				withdraw: { type: 'withdraw', camera: 1 },
				watch: { type: 'watch', cameras: [] },
				status: { type: 'status', camera: 1, state: 'stalled', since: 0 },
				request: { type: 'request', camera: 1, want: 'pause' },
				error: { type: 'error', camera: 0, code: '', message: '' },
				frame: { type: 'frame', camera: 1, key: true, sequence: 0, capturedAt: 0, data: new Uint8Array(0) },
				poster: { type: 'poster', camera: 1, capturedAt: 0, data: new Uint8Array(0) },
				controls: { type: 'controls', camera: 1, controls: [], state: 'ready', isChanged: false, answers: 0 },
				control: { type: 'control', camera: 1, number: 1, reset: true, values: [] },
				ack: { type: 'ack', camera: 1, sequence: 0, ageMs: 0 },
				pong: { type: 'pong', pingSentAt: 0, receivedAt: 0, sentAt: 0 },
			};
			const message = content[type];
			if (!message) return;
			for (const place of ['agent', 'live'] as const) {
				if (sockets.includes(place)) continue;
				await using peer = await (place === 'agent' ? relay.agent('door') : relay.viewer());
				peer.send(message);
				expect(await peer.closed()).toBe(1002);
				expect(peer.last('goodbye')?.message).toMatch(/^(An agent|A viewer) may not send/);
			}
		},
	);
});

describe('keys that are none', () => {
	it.each([
		'constructor',
		'__proto__',
		'hasOwnProperty',
		'toString',
		'',
		' ',
		'x'.repeat(10_000),
		'[object Object]',
		'0'.repeat(64),
	])('%.20j opens nothing', async (key) => {
		for (const authorization of [`Bearer ${key}`, `Basic ${Buffer.from(`x:${key}`).toString('base64')}`]) {
			const headers = { authorization };
			const ingest = await ask(`${relay.url}/cameras/door/ingest`, { method: 'PUT', headers });
			const list = await ask(`${relay.url}/api/cameras`, { headers });
			expect([ingest.status, list.status]).toEqual([401, 401]);
		}
	});

	it('with a NUL inside, or the hash of a good one, open nothing', async () => {
		const nul = `Basic ${Buffer.from(`x:${relay.key('door')}\0`).toString('base64')}`;
		const hash = relay.files.keys.rows[0]?.sha256 ?? '';
		for (const authorization of [nul, `Bearer ${hash}`]) {
			expect((await ask(`${relay.url}/api/cameras`, { headers: { authorization } })).status).toBe(401);
		}
	});

	it('of a megabyte are refused while their headers are read', async () => {
		const headers = { authorization: `Bearer ${'x'.repeat(1_000_000)}` };
		const refused = await ask(`${relay.url}/api/cameras`, { headers }).catch(() => ({ status: 431 }));
		expect(refused.status).toBe(431);
	});

	it('do not fall back to a good session beside them', async () => {
		const headers = { cookie: ownerCookie(relay.files, clock), authorization: 'Bearer wrong' };
		clock.advance(500);
		expect((await ask(`${relay.url}/api/cameras`, { headers })).status).toBe(401);
	});
});
