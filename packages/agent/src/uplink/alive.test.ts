import { Secret } from '@oriel/base';
import { FakeRelay, type RelayBehavior } from '@oriel/testing/agent/fake-relay';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { type Agent, startAgent } from '../agent.ts';

async function setUp(
	behavior: Partial<RelayBehavior>,
	play: (agent: Agent, clock: FakeClock, relay: FakeRelay) => unknown,
) {
	await using relay = await FakeRelay.start(behavior);
	const clock = new FakeClock();
	const agent = startAgent(
		{ relay: relay.address, name: 'porch', key: new Secret('k1'), source: new ScriptedSource() },
		{ clock, log: new RecordingLog(), random: () => 0.5 },
	);
	await play(agent, clock, relay);
	agent.abort();
	await agent.closed;
	expect(agent.isAlive, 'an agent that has ended is not stuck').toBe(true);
}

describe('the way to the relay counts as alive', () => {
	it('while it dials, is refused, waits and dials again', () =>
		setUp({ refuse: { status: 401 } }, async (agent, clock, relay) => {
			for (const count of [1, 2, 3]) {
				await until(
					() => {
						expect(agent.isAlive).toBe(true);
						return relay.refusals >= count;
					},
					clock,
					500,
				);
			}
		}));

	it('while the relay is heard', () =>
		setUp({}, async (agent, clock, relay) => {
			await until(() => relay.agent?.types.includes('hello') === true);
			for (let ping = 1; ping < 30; ping++) {
				relay.agent?.send({ type: 'ping', sentAt: ping });
				await until(() => relay.agent?.types.filter((type) => type === 'pong').length === ping);
				clock.advance(5000);
				expect(agent.isAlive).toBe(true);
			}
		}));

	it('no longer when time passes and its loop does not turn', () =>
		setUp({}, async (agent, clock, relay) => {
			await until(() => relay.agent?.types.includes('hello') === true);
			clock.advance(60_000); // timers fire, but nothing that waits for them comes to run
			expect(agent.isAlive).toBe(false);
			await until(() => agent.isAlive);
		}));
});
