import type { IncomingMessage } from 'node:http';
import type { Clock, TokenBucket } from '@oriel/base';
import { Buckets } from '../http/buckets.ts';
import { networkOf } from '../http/network.ts';
import { MAX_SHARED_MESSAGE_BURST, SHARED_MESSAGES_PER_SECOND } from './message-budget.ts';

/** What the connections of each network may send together, beyond what each may. Gives the part of a request's network. */
export function networkShares(
	clock: Pick<Clock, 'now'>,
	addressOf: (request: IncomingMessage) => string,
): (request: IncomingMessage) => TokenBucket {
	const networks = new Buckets(clock, { perSecond: SHARED_MESSAGES_PER_SECOND, burst: MAX_SHARED_MESSAGE_BURST });
	return (request) => networks.of(networkOf(addressOf(request)));
}
