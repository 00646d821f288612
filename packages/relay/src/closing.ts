import { type Clock, type Lifetime, type Log, type Millis, sleep } from '@oriel/base';
import type { Hub } from './core/hub.ts';
import type { HttpServer } from './http/server.ts';

/** Between saying goodbye and closing every connection: enough for a slow peer to hear it, well under ten seconds. */
const DRAIN_MS: Millis = 3000;

export interface Closing {
	readonly lifetime: Lifetime;
	readonly hub: Hub;
	readonly http: HttpServer;
	readonly stopping: AbortController;
	readonly clock: Clock;
	readonly log: Log;
}

/** What closes a relay: tells its peers to come back soon, waits a moment for them to go, ends everything. Twice is fine. */
export function closing({ lifetime, hub, http, stopping, clock, log }: Closing): () => Promise<void> {
	const drain = async () => {
		log.info('relay stops');
		const drained = new AbortController();
		stopping.abort();
		hub.end('shutting-down');
		await Promise.race([http.idle(), sleep(clock, DRAIN_MS, drained.signal)]);
		drained.abort();
		await lifetime.close();
	};
	let closed: Promise<void> | undefined;
	return () => {
		closed ??= drain();
		return closed;
	};
}
