import { isIP } from 'node:net';
import { type Clock, type Millis, reasonOf, sleep } from '@oriel/base';
import type { Authorization, Client, Order } from 'acme-client';
import type { Challenges, ChallengeType } from './challenges.ts';
import { TlsError } from './tls-error.ts';

/** The one authority that gives certificates for addresses without an account. */
export const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
/** Its profile for certificates of six days; for an address it accepts no other. */
export const SHORTLIVED = 'shortlived';

const POLL_MS: Millis = 1000;
/** One request. A relay that is told to stop may have to wait for it. */
const REQUEST_TIMEOUT_MS: Millis = 8000;
/** From the first request to the certificate. Authorities take some seconds. */
export const ORDER_TIMEOUT_MS: Millis = 180_000;

export interface OrderOptions {
	readonly directory: string;
	/** PEM */
	readonly accountKey: string;
	/** For the authority's warnings; it may be left out. */
	readonly email: string | undefined;
	readonly names: readonly string[];
	/** PEM: the key that the certificate is for. */
	readonly key: string;
	readonly type: ChallengeType;
	readonly challenges: Challenges;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** What is asked of the authority. Addresses need a type and a profile of their own (RFC 8738). */
export function orderBody(names: readonly string[]): {
	readonly identifiers: { readonly type: 'dns' | 'ip'; readonly value: string }[];
	readonly profile?: string;
} {
	const identifiers = names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
	return identifiers.some(({ type }) => type === 'ip') ? { identifiers, profile: SHORTLIVED } : { identifiers };
}

/** Orders one certificate and gives its chain (PEM). Throws TlsError; its message is for the owner. */
export async function orderCertificate(options: OrderOptions): Promise<string> {
	const { clock, signal, challenges } = options;
	const giveUp = new AbortController();
	const either = AbortSignal.any([signal, giveUp.signal]);
	const late = sleep(clock, ORDER_TIMEOUT_MS, either).then(() => {
		throw new TlsError('timed-out', `${hostOf(options)} did not finish within ${ORDER_TIMEOUT_MS / 1000} s`);
	});
	const ordered = order({ ...options, signal: either });
	late.catch(() => {});
	ordered.catch(() => {});
	try {
		return await Promise.race([ordered, late]);
	} catch (thrown) {
		throw explain(thrown, options);
	} finally {
		giveUp.abort();
		challenges.clear();
	}
}

async function order(options: OrderOptions): Promise<string> {
	const { directory, accountKey, email, names, key, clock, signal } = options;
	await knock(options);
	// Slow to load, and most starts have a certificate already.
	const acme = (await import('acme-client')).default;
	// It would wait for as long as the authority says, up to days, inside of one request. Waiting is our part.
	const settings = acme.axios.defaults as { acmeSettings?: { retryMaxAttempts: number } };
	if (settings.acmeSettings) settings.acmeSettings.retryMaxAttempts = 0;
	acme.axios.defaults.timeout = REQUEST_TIMEOUT_MS;
	const client = new acme.Client({ directoryUrl: directory, accountKey });
	await enter(client, email);
	const made = await client.createOrder(orderBody(names));
	for (const authorization of await client.getAuthorizations(made)) await prove(client, authorization, options);
	const [, csr] = await acme.crypto.createCsr({ commonName: '', altNames: [...names] }, key);
	let finished = await client.finalizeOrder(made, csr);
	// The answer to finalizing need not carry the address of the order.
	while (finished.status === 'processing' || finished.status === 'ready' || finished.status === 'pending') {
		await sleep(clock, POLL_MS, signal);
		signal.throwIfAborted();
		finished = await client.getOrder({ ...finished, url: made.url } as Order);
	}
	if (finished.status !== 'valid') throw new TlsError('refused', `the order is ${finished.status}`);
	return client.getCertificate({ ...finished, url: made.url });
}

/** Whether the authority is there at all: the library loses the reason when it is not. */
async function knock({ directory, signal }: OrderOptions): Promise<void> {
	try {
		const response = await fetch(directory, { signal });
		await response.body?.cancel();
	} catch (failure) {
		const { cause = failure } = failure as { cause?: unknown };
		throw new TlsError('unreachable', `${new URL(directory).host} does not answer: ${reasonOf(cause)}`, { cause });
	}
}

/** Opens the account that belongs to the key, or finds it. */
async function enter(client: Client, email: string | undefined): Promise<void> {
	try {
		await client.createAccount({ termsOfServiceAgreed: true, ...(email ? { contact: [`mailto:${email}`] } : {}) });
	} catch (failure) {
		// The library says the same again to an account that is there already, which not every authority likes.
		if (!hasAccount(client)) throw failure;
	}
}

function hasAccount(client: Client): boolean {
	try {
		return client.getAccountUrl() !== '';
	} catch {
		return false;
	}
}

/** Shows the authority that one name is ours. */
async function prove(client: Client, authorization: Authorization, options: OrderOptions): Promise<void> {
	if (authorization.status === 'valid') return;
	const { type, challenges, clock, signal } = options;
	const { value: name } = authorization.identifier;
	const challenge = authorization.challenges.find((offered) => (offered.type as string) === type);
	if (!challenge) throw new TlsError('refused', `the authority does not offer ${type} for ${name}`);
	const keyAuthorization = await client.getChallengeKeyAuthorization(challenge);
	challenges.offer(type, name, challenge.token, keyAuthorization, clock.wall());
	await client.completeChallenge(challenge);
	for (;;) {
		const { status, challenges: seen } = await look(client, authorization);
		if (status === 'valid') return;
		if (status !== 'pending') throw notProven(name, type, seen);
		await sleep(clock, POLL_MS, signal);
		signal.throwIfAborted();
	}
}

/** The library cannot read one authorization again; it reads all of an order. */
async function look(client: Client, { url }: Authorization): Promise<Authorization> {
	const [authorization] = await client.getAuthorizations({ authorizations: [url] } as Order);
	if (!authorization) throw new TlsError('refused', 'the authority has lost the authorization');
	return authorization;
}

function notProven(name: string, type: ChallengeType, challenges: Authorization['challenges']): TlsError {
	const port = type === 'http-01' ? 80 : 443;
	const failed = challenges.find((challenge) => challenge.error !== undefined);
	const { detail = 'no reason given' } = (failed?.error ?? {}) as { detail?: string };
	return new TlsError(
		'not-proven',
		`the certificate authority could not reach this relay as ${name} on port ${port} (${detail}); is TCP ${port} open in both firewalls, and is ${name} this machine?`,
	);
}

function explain(thrown: unknown, options: OrderOptions): unknown {
	if (thrown instanceof TlsError || options.signal.aborted) return thrown;
	const reason = reasonOf(thrown);
	// What the library makes of a connection that breaks.
	if (thrown instanceof TypeError) {
		return new TlsError('unreachable', `the connection to ${hostOf(options)} broke`, { cause: thrown });
	}
	if (/rate ?limit|too many|retry after/i.test(reason)) {
		const words = `${hostOf(options)} has had enough of requests for now: ${reason}`;
		return new TlsError('rate-limited', words, { cause: thrown, retryAt: retryAtIn(reason) });
	}
	return new TlsError('refused', `${hostOf(options)} refused: ${reason}`, { cause: thrown });
}

/** Let's Encrypt says "retry after 2026-11-23 10:11:12 UTC" in the words of its refusal. */
export function retryAtIn(words: string): number | undefined {
	const [, day, clock] = /retry after (\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/i.exec(words) ?? [];
	const at = Date.parse(`${day}T${clock}Z`);
	return Number.isNaN(at) ? undefined : at;
}

function hostOf({ directory }: OrderOptions): string {
	return new URL(directory).host;
}
