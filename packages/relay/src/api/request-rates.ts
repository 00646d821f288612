import type { IncomingMessage } from 'node:http';
import type { Clock, TokenBucket } from '@oriel/base';
import type { Action, Policy, Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { Buckets } from '../http/buckets.ts';
import { networkOf } from '../http/network.ts';

// What the page asks for: about 20 files and three API calls when it is opened; then, with the owner's settings open, the
// lists of one page every five seconds, and in a camera's controls one call at a time, at most about ten a second while a
// slider is dragged. A dashboard that reads the snapshots of 200 cameras every second is the busiest honest caller known.

/** Requests of any kind that one network may make each second, and at once: a thousand people may open the page together. */
export const REQUESTS_PER_SECOND = 400;
export const MAX_REQUEST_BURST = 8000;
/** Calls of the API that one network may make each second, and at once. */
export const API_CALLS_PER_SECOND = 100;
export const MAX_API_CALL_BURST = 2000;
/** Calls of the API that change something, and so write files: each second from one network, and at once. */
export const WRITES_PER_SECOND = 20;
export const MAX_WRITE_BURST = 300;
/** Calls of the API that one browser, token or key may make each second, and at once. */
export const CALLS_PER_SECOND = 25;
export const MAX_CALL_BURST = 250;

export interface RequestRateOptions {
	readonly clock: Clock;
	/** As `Peers.addressOf`. */
	readonly addressOf: (request: IncomingMessage) => string;
	/** Tells which actions are calls of the API; all others count as requests alone. */
	readonly policy: Policy;
	/** Hears of each request that was one too many. */
	readonly limited: (kind: string) => void;
}

/** How many requests each network and each credential may make. Networks are looked at first, for they cost least. */
export class RequestRates {
	readonly #options: RequestRateOptions;
	readonly #requests: Buckets;
	readonly #calls: Buckets;
	readonly #writes: Buckets;
	readonly #callers: Buckets;

	constructor(options: RequestRateOptions) {
		const { clock } = options;
		this.#options = options;
		this.#requests = new Buckets(clock, { perSecond: REQUESTS_PER_SECOND, burst: MAX_REQUEST_BURST });
		this.#calls = new Buckets(clock, { perSecond: API_CALLS_PER_SECOND, burst: MAX_API_CALL_BURST });
		this.#writes = new Buckets(clock, { perSecond: WRITES_PER_SECOND, burst: MAX_WRITE_BURST });
		this.#callers = new Buckets(clock, { perSecond: CALLS_PER_SECOND, burst: MAX_CALL_BURST });
	}

	/** Counts a request, whatever it asks for. Throws `too-many-requests`. */
	count(request: IncomingMessage): void {
		const most = `${REQUESTS_PER_SECOND} requests a second (${MAX_REQUEST_BURST} at once)`;
		this.#take(this.#requests.of(this.#networkOf(request)), `${most} from one network`);
	}

	/** Counts a call of the API for its network, before it is known who calls. Throws `too-many-requests`. */
	countCall(request: IncomingMessage, action: Action): void {
		if (!this.#isApi(action)) return;
		const network = this.#networkOf(request);
		const calls = `${API_CALLS_PER_SECOND} API calls a second (${MAX_API_CALL_BURST} at once)`;
		this.#take(this.#calls.of(network), `${calls} from one network`);
		if (request.method === 'GET' || request.method === 'HEAD') return;
		const writes = `${WRITES_PER_SECOND} changes a second (${MAX_WRITE_BURST} at once)`;
		this.#take(this.#writes.of(network), `${writes} from one network`);
	}

	/** Counts a call of the API for who makes it. Throws `too-many-requests`. */
	countCaller(who: Principal, action: Action): void {
		if (!this.#isApi(action) || !('credential' in who)) return;
		const most = `${CALLS_PER_SECOND} API calls a second (${MAX_CALL_BURST} at once)`;
		this.#take(this.#callers.of(who.credential), `${most} from one browser or token`);
	}

	#isApi(action: Action): boolean {
		return this.#options.policy.permission(action)?.isApi !== false;
	}

	#networkOf(request: IncomingMessage): string {
		return networkOf(this.#options.addressOf(request));
	}

	#take(bucket: TokenBucket, allowed: string): void {
		if (bucket.take()) return;
		this.#options.limited('requests');
		const retryAfterSeconds = Math.ceil(bucket.secondsUntil());
		const words = `Too many requests: at most ${allowed} are answered; ask again in ${retryAfterSeconds} s`;
		throw new RelayError('too-many-requests', words, { retryAfterSeconds });
	}
}
