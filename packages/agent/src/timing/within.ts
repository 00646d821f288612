import { type Clock, type Millis, sleep } from '@oriel/base';

/** Waits for `event`, at most `limitMs`. Whether it has come. A rejection counts as having come. */
export async function within(event: Promise<unknown>, limitMs: Millis, clock: Clock): Promise<boolean> {
	const waiting = new AbortController();
	const came = event.then(
		() => true,
		() => true,
	);
	try {
		return await Promise.race([came, sleep(clock, limitMs, waiting.signal).then(() => false)]);
	} finally {
		waiting.abort();
	}
}
