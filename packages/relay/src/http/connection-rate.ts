import type { Clock } from '@oriel/base';
import { Buckets } from './buckets.ts';
import { networkOf } from './network.ts';

/** Connections that one network may open each second. A browser needs one to six, and keeps them. */
export const CONNECTIONS_PER_SECOND = 200;
/** Connections that it may open at once: after a restart a thousand viewers behind one address come back, each by several. */
export const MAX_CONNECTION_BURST = 4000;

/** How quickly connections may be opened: being thrown out and coming back at once must not be a way around other limits. */
export class ConnectionRate {
	readonly #networks: Buckets;
	readonly #isExempt: (address: string) => boolean;

	/** `isExempt`: addresses that speak for many, such as proxies. */
	constructor(clock: Pick<Clock, 'now'>, isExempt: (address: string) => boolean) {
		this.#networks = new Buckets(clock, { perSecond: CONNECTIONS_PER_SECOND, burst: MAX_CONNECTION_BURST });
		this.#isExempt = isExempt;
	}

	/** Whether a connection from `address` may be opened now. If so, it counts. */
	admits(address: string | undefined): boolean {
		if (address === undefined || this.#isExempt(address)) return true;
		return this.#networks.of(networkOf(address)).take();
	}
}
