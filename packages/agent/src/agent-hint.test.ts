import { MAX_RETRY_AFTER_MS } from '@oriel/protocol';
import { closeFixtures, setUpAgent } from '@oriel/testing/agent/agent-fixture';
import { turn } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';

closeFixtures();

/** `random` of the fixture is 0.5, which adds an eighth to each wait that the relay asks for. */
const ADDED = 1.125;

it.each([
	['a minute', 60_000, 60_000],
	['ten minutes', 600_000, 600_000],
	['a day, of which ten minutes are heeded', MAX_RETRY_AFTER_MS, 600_000],
])('an agent whose relay asks it to wait %s comes back in time', async (_what, retryAfterMs, waits) => {
	const fixture = await setUpAgent();
	await fixture.connected();
	fixture.line.send({ type: 'goodbye', reason: 'shutting-down', message: 'restarting', retryAfterMs });
	await until(() => fixture.log.about('connection to the relay ended').length === 1);
	await fixture.clock.settle();
	fixture.clock.advance(waits * ADDED - 1000);
	// Time enough to dial, for one that would come too early.
	for (let round = 0; round < 100; round++) await turn();
	expect(fixture.relay.connections).toHaveLength(1);
	fixture.clock.advance(2000);
	await fixture.connected(2);
});
