import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import { presentedCredentials } from '../auth/http-credentials.ts';
import { accountOf } from '../auth/people.ts';
import { type Action, maySee, type Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readBody } from '../http/body.ts';
import { sendAnswer, sendEmpty } from '../http/respond.ts';
import { type Exchange, endpoint, type Route } from '../http/route.ts';
import { type GuardOptions, guarded } from './guarded.ts';
import { dropCookie, setCookie, visitorOf } from './visitor.ts';

export interface SessionOptions extends Accounts, GuardOptions {
	readonly version: string;
}

type Call = Exchange<Principal>;

/** Signing in and out, choosing the owner's password, changing one's own. */
export function sessionRoutes(options: SessionOptions): Route<Principal, Action>[] {
	const { owner, people, sessions, events, clock, kept } = options;

	const enter = async (exchange: Call, person: string) => {
		const name = people.nameOf(person) ?? person;
		setCookie(exchange, 'session', sessions.open(person, name, visitorOf(exchange)));
		dropCookie(exchange, 'guest');
		await kept();
		const who: Principal = { kind: 'owner', credential: '', person };
		const role = people.list().find(({ id }) => id === person)?.role;
		answerSession(exchange, options, role === 'owner' ? who : { ...who, kind: 'viewer', cameras: undefined });
	};

	const byPassword = async (exchange: Call, { name, password }: { name: string; password: string }) => {
		// An unknown name is kept nowhere: it may be a password, typed into the wrong field.
		const tried = { who: people.isKnown(name) ? name : undefined, account: accountOf(name) };
		const person = await guarded(exchange, options, tried, () => people.verify(name, password));
		await enter(exchange, person.id);
	};

	const byLink = async (exchange: Call, { link }: { link: string }) => {
		await guarded(exchange, options, {}, () => owner.requireSignInLink(link));
		await enter(exchange, 'owner');
	};

	return [
		{
			...endpoint(api.session.read),
			action: 'session.read',
			handle: (exchange) => readSession(exchange, options),
		},
		{
			...endpoint(api.session.open),
			action: 'session.open',
			async handle(exchange) {
				const request = await readBody(exchange.request, api.session.open, clock);
				if ('share' in request) await openShare(exchange, options, request.share);
				else if ('link' in request) await byLink(exchange, request);
				else await byPassword(exchange, request);
			},
		},
		{
			...endpoint(api.session.close),
			action: 'session.close',
			async handle(exchange) {
				const { who, response } = exchange;
				if (who.kind === 'owner' || who.kind === 'viewer') {
					events.record({ kind: 'signed-out', who: people.nameOf(who.person), ...visitorOf(exchange) });
				}
				if (who.kind === 'owner' || who.kind === 'viewer' || who.kind === 'guest') sessions.close(who.credential);
				if (who.kind !== 'guest') dropCookie(exchange, 'session');
				dropCookie(exchange, 'guest');
				if (who.kind === 'owner' || who.kind === 'viewer') await kept();
				sendEmpty(response, 204);
			},
		},
		{
			...endpoint(api.setup.complete),
			action: 'setup.complete',
			async handle(exchange) {
				const { token, password } = await readBody(exchange.request, api.setup.complete, clock);
				await guarded(exchange, options, { who: 'owner' }, () => owner.setUp(token, password));
				sessions.closeAll('owner');
				const by: Principal = { kind: 'owner', credential: '', person: 'owner' };
				events.record({ kind: 'set-up', who: 'owner', ...visitorOf(exchange), by });
				await enter(exchange, 'owner');
			},
		},
		{
			...endpoint(api.password.change),
			action: 'password.change',
			async handle(exchange) {
				const { who, request, response } = exchange;
				const { current, password } = await readBody(request, api.password.change, clock);
				if (who.kind !== 'owner' && who.kind !== 'viewer') throw new RelayError('forbidden', 'This is for people');
				const name = people.nameOf(who.person) ?? '';
				const tried = { who: name, account: accountOf(name) };
				await guarded(exchange, options, tried, () => people.changePassword(who.person, current, password));
				sessions.closeAll(who.person, who.credential);
				events.record({ kind: 'password-changed', who: name, ...visitorOf(exchange) });
				await kept();
				sendEmpty(response, 204);
			},
		},
	];
}

/** A session that is in use goes on: its cookie is given again, as the session is in the file. */
function readSession(exchange: Call, options: SessionOptions): void {
	const { who, request, isSecure } = exchange;
	const { session, guest } = presentedCredentials(request, isSecure);
	if ((who.kind === 'owner' || who.kind === 'viewer') && session) setCookie(exchange, 'session', session);
	else if (who.kind === 'guest' && guest) setCookie(exchange, 'guest', guest);
	answerSession(exchange, options, who);
}

/** Exchanges a share link's token for a cookie, unless the caller sees all of its cameras anyway. */
async function openShare(exchange: Call, options: SessionOptions, token: string): Promise<void> {
	const { who } = exchange;
	const { access, links, sessions, events } = options;
	const link = await guarded(exchange, options, {}, () => links.byToken(token));
	const isOpenAlready = who.kind === 'guest' && who.link === link.id;
	// A link whose cameras are all gone shows nothing: that nothing is "seen" must not keep a new guest out.
	const seesAll = isPersonOrToken(who) && [...links.camerasOf(link)].every((camera) => maySee(who, camera));
	if (isOpenAlready || seesAll) {
		answerSession(exchange, options, who);
		return;
	}
	access.requireSeat(link.id);
	const visitor = visitorOf(exchange);
	const guest: Principal = { kind: 'guest', credential: '', link: link.id, cameras: links.camerasOf(link) };
	setCookie(exchange, 'guest', sessions.openGuest(link.id, link.expiresAt, visitor));
	events.record({ kind: 'link-opened', about: link.label, ...visitor, by: guest });
	// Guests do not wait for the disk, and cannot make it write for each of them: after a crash they open the link again.
	answerSession(exchange, options, guest);
}

function isPersonOrToken({ kind }: Principal): boolean {
	return kind === 'owner' || kind === 'viewer' || kind === 'token';
}

function answerSession({ response }: Call, { owner, people, links, access, version }: SessionOptions, who: Principal) {
	const role = roleOf(who);
	const link = who.kind === 'guest' ? links.list().find(({ id }) => id === who.link) : undefined;
	sendAnswer(response, api.session.read, {
		signedIn: role !== null,
		role,
		name: 'person' in who ? (people.nameOf(who.person) ?? null) : null,
		setUp: owner.isSetUp,
		version,
		link: link
			? {
					label: link.label,
					expiresAt: link.expiresAt,
					maxViewers: link.maxViewers,
					viewers: access.viewersOf(link.id),
				}
			: null,
	});
}

/** As what the caller is signed in; null: as nothing. */
function roleOf({ kind }: Principal): api.Session['role'] {
	if (kind === 'token') return 'viewer';
	return kind === 'owner' || kind === 'viewer' || kind === 'guest' ? kind : null;
}
