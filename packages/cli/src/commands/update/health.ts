import { type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { openVerifiedTls, verifiedConnection } from '@oriel/agent';
import { type Clock, type Millis, reasonOf, sleep } from '@oriel/base';

/** A relay on a small machine starts within some seconds. */
export const HEALTHY_WITHIN_MS: Millis = 60_000;
const ASK_EVERY_MS: Millis = 200;
const ANSWER_WITHIN_MS: Millis = 5000;

export interface HealthOptions {
	/** Where the relay is, e.g. `https://127.0.0.1:443`. */
	readonly url: string;
	/** `sha256/BASE64` of its key, of a relay with TLS; undefined: not known yet. */
	readonly pin?: () => string | undefined;
	readonly clock: Clock;
	/** Why waiting is in vain, e.g. since the process has ended. */
	readonly ended?: () => string | undefined;
}

/** Resolves when `/healthz` says that all is well; rejects with what it said last. */
export async function untilHealthy(options: HealthOptions): Promise<void> {
	const { clock, ended = () => undefined } = options;
	let last = 'it does not answer';
	for (let waited = 0; waited < HEALTHY_WITHIN_MS; waited += ASK_EVERY_MS) {
		const end = ended();
		if (end !== undefined) throw new Error(end);
		const answer = await ask(options).catch((failure) => reasonOf(failure));
		if (answer === undefined) return;
		last = answer;
		await sleep(clock, ASK_EVERY_MS);
	}
	throw new Error(`it was not well within ${HEALTHY_WITHIN_MS / 1000} s: ${last}`);
}

/** undefined: all is well; else what is not. */
function ask(options: HealthOptions): Promise<string | undefined> {
	const url = new URL('/healthz', options.url);
	return new Promise((resolve, reject) => {
		const over = new AbortController();
		const cancel = options.clock.after(ANSWER_WITHIN_MS, () => {
			call.destroy(new Error('it does not answer'));
			over.abort();
		});
		const request = url.protocol === 'https:' ? requestSecure : requestPlain;
		const call = request(url, connectionOf(url, options, over.signal), (response) => {
			cancel();
			response.resume();
			resolve(response.statusCode === 200 ? undefined : `/healthz answers with ${response.statusCode}`);
		});
		call.once('error', (failure) => {
			cancel();
			reject(failure);
		});
		call.end();
	});
}

function connectionOf(url: URL, { pin, clock }: HealthOptions, signal: AbortSignal): RequestOptions {
	if (url.protocol !== 'https:') return { agent: false };
	const own = pin?.();
	if (own === undefined) throw new Error('it has no key yet');
	const tls = { url, peer: 'relay' as const, pin: own, signal, wall: () => clock.wall() };
	return { createConnection: verifiedConnection((done) => openVerifiedTls(tls, done)) };
}
