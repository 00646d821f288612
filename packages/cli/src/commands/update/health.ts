import { type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { openVerifiedTls, verifiedConnection } from '@oriel/agent';
import { type Clock, type Millis, micros, reasonOf, sleep } from '@oriel/base';

/** A relay on a small machine starts within some seconds. */
export const HEALTHY_WITHIN_MS: Millis = 60_000;
const ASK_EVERY_MS: Millis = 200;
const ANSWER_WITHIN_MS: Millis = 5000;

export interface HealthOptions {
	readonly clock: Clock;
	/** Asks once: undefined if all is well, else what is not; may reject. */
	readonly ask: () => Promise<string | undefined>;
	/** Why waiting is in vain, e.g. since the process has ended. */
	readonly ended: () => string | undefined;
}

/** Resolves when a relay that was started is well; rejects with what it said last. */
export async function untilHealthy({ clock, ask, ended }: HealthOptions): Promise<void> {
	const end = clock.now() + micros(HEALTHY_WITHIN_MS);
	for (;;) {
		const over = ended();
		if (over !== undefined) throw new Error(over);
		const answer = await ask().catch((failure) => reasonOf(failure));
		if (answer === undefined) return;
		if (clock.now() >= end) throw new Error(`it was not well within ${HEALTHY_WITHIN_MS / 1000} s: ${answer}`);
		await sleep(clock, ASK_EVERY_MS);
	}
}

export interface RelayAddress {
	/** Where the relay is, e.g. `https://127.0.0.1:443`. */
	readonly url: string;
	/** `sha256/BASE64` of its key, of a relay with TLS; undefined: not known yet. */
	readonly pin?: () => string | undefined;
	readonly clock: Clock;
}

/** Asks `/healthz`: undefined if all is well, else what is not. */
export async function askHealth(relay: RelayAddress): Promise<string | undefined> {
	const url = new URL('/healthz', relay.url);
	const over = new AbortController();
	const request = url.protocol === 'https:' ? requestSecure : requestPlain;
	const call = request(url, connectionOf(url, relay, over.signal));
	const cancel = relay.clock.after(ANSWER_WITHIN_MS, () => {
		call.destroy(new Error('it does not answer'));
		over.abort();
	});
	try {
		return await new Promise((resolve, reject) => {
			call.once('error', reject);
			call.once('response', (response) => {
				response.resume();
				resolve(response.statusCode === 200 ? undefined : `/healthz answers with ${response.statusCode}`);
			});
			call.end();
		});
	} finally {
		cancel();
	}
}

function connectionOf(url: URL, { pin, clock }: RelayAddress, signal: AbortSignal): RequestOptions {
	if (url.protocol !== 'https:') return { agent: false };
	const own = pin?.();
	if (own === undefined) throw new Error('it has no key yet');
	const tls = { url, peer: 'relay' as const, pin: own, signal, wall: () => clock.wall() };
	return { createConnection: verifiedConnection((done) => openVerifiedTls(tls, done)) };
}
