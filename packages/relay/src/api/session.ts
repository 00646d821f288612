import type { ServerResponse } from 'node:http';
import type { Clock } from '@oriel/base';
import * as v from 'valibot';
import type { Attempts } from '../access/attempts.ts';
import { type Owner, SESSION_DAYS } from '../access/owner.ts';
import { MAX_PASSWORD_LENGTH } from '../access/password.ts';
import type { Action, Principal } from '../access/permissions.ts';
import { SESSION_COOKIE } from '../access/presented.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readJson } from '../http/body.ts';
import { sendEmpty, sendJson } from '../http/respond.ts';
import type { Exchange, Route } from '../http/route.ts';

export interface SessionOptions {
	readonly owner: Owner;
	readonly attempts: Attempts;
	readonly clock: Clock;
	readonly version: string;
	/** Hears of every wrong password or link, and of every one who had to wait. */
	readonly failed: (kind: string) => void;
	readonly limited: (kind: string) => void;
}

const text = v.pipe(v.string(), v.maxLength(MAX_PASSWORD_LENGTH * 4));
const signIn = v.union([v.strictObject({ password: text }), v.strictObject({ link: text })]);
const setUp = v.strictObject({ token: text, password: text });

/** Signing in and out, and choosing the owner's password. */
export function sessionRoutes(options: SessionOptions): Route<Principal, Action>[] {
	const { owner, clock } = options;
	const answer = (response: ServerResponse, role: 'owner' | 'viewer' | null) =>
		sendJson(response, 200, { signedIn: role !== null, role, setUp: owner.isSetUp, version: options.version });

	return [
		{
			method: 'GET',
			path: '/api/session',
			action: 'session.read',
			handle: ({ response, who }) => answer(response, who.kind === 'owner' || who.kind === 'viewer' ? who.kind : null),
		},
		{
			method: 'POST',
			path: '/api/session',
			action: 'session.open',
			async handle(exchange) {
				const wish = await readJson(exchange.request, signIn, clock);
				const session = await guarded(exchange, options, async () =>
					'link' in wish ? owner.signInByLink(wish.link) : owner.signIn(wish.password),
				);
				setSession(exchange.response, session);
				answer(exchange.response, 'owner');
			},
		},
		{
			method: 'DELETE',
			path: '/api/session',
			action: 'session.close',
			handle({ response, who }) {
				if (who.kind === 'owner') owner.signOut(who.credential);
				response.setHeader('set-cookie', cookie('', 0));
				sendEmpty(response, 204);
			},
		},
		{
			method: 'POST',
			path: '/api/setup',
			action: 'setup.complete',
			async handle(exchange) {
				const { token, password } = await readJson(exchange.request, setUp, clock);
				const session = await guarded(exchange, options, () => owner.setUp(token, password));
				setSession(exchange.response, session);
				answer(exchange.response, 'owner');
			},
		},
	];
}

/** Does `attempt` unless its address has guessed too often, and remembers how it went. */
async function guarded(
	{ address }: Exchange<Principal>,
	{ attempts, failed, limited }: SessionOptions,
	attempt: () => Promise<string>,
): Promise<string> {
	const wait = attempts.waitSeconds(address);
	if (wait > 0) {
		limited('sign-in');
		throw new RelayError('too-many-attempts', `Too many wrong tries from here; wait ${wait} s`, {
			retryAfterSeconds: wait,
		});
	}
	// Counted before it is known how it ends, so that tries made side by side count too.
	attempts.failed(address);
	try {
		const session = await attempt();
		attempts.succeeded(address);
		return session;
	} catch (thrown) {
		// A password that is too weak comes from somebody whose link was good: that is no guess.
		if (thrown instanceof RelayError && thrown.code === 'weak-password') attempts.succeeded(address);
		else if (thrown instanceof RelayError) failed(thrown.code);
		throw thrown;
	}
}

function setSession(response: ServerResponse, session: string): void {
	response.setHeader('set-cookie', cookie(session, SESSION_DAYS * 86_400));
}

/** A cookie that scripts cannot read and other sites cannot send; `seconds` 0 removes it. */
function cookie(value: string, seconds: number): string {
	return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
}
