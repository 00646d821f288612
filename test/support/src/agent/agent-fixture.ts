import { Secret } from '@oriel/base';
import { afterEach, expect } from 'vitest';
import { type Agent, type AgentConfig, startAgent } from '../../../../packages/agent/src/agent.ts';
import { FakeClock } from '../fake-clock.ts';
import { RecordingLog } from '../recording-log.ts';
import { until } from '../turns.ts';
import { FakeRelay, type RelayBehavior } from './fake-relay.ts';
import { frame, H264_FORMAT, h264Frame } from './frames.ts';
import { ScriptedSource } from './scripted-source.ts';

/** A camera, its relay and the time, in the hands of the test. */
export class AgentFixture {
	readonly clock = new FakeClock();
	readonly log = new RecordingLog();
	readonly source = new ScriptedSource(['key-frame']);
	readonly abort = new AbortController();
	readonly relay: FakeRelay;
	readonly agent: Agent;
	#shade = 0;
	#pings = 1000;

	constructor(relay: FakeRelay, config: Partial<AgentConfig> = {}) {
		this.relay = relay;
		const { clock, log, source } = this;
		this.agent = startAgent(
			{ relay: relay.address, name: 'front-door', title: 'Front door', key: new Secret('k1'), source, ...config },
			{ version: '0.1.0', clock, log, signal: this.abort.signal, random: () => 0.5 },
		);
	}

	/** The relay's end of the connection. */
	get line() {
		return this.relay.agent ?? expect.unreachable('the agent has not connected');
	}

	/** The camera takes a picture. */
	take(width = 16, height = 16): void {
		this.source.give(frame(this.#shade++ % 256, this.clock.now(), width, height));
	}

	/** The same of a camera that makes H.264: `k` for a key frame, `d` for a delta. */
	takeH264(kinds: string, format = H264_FORMAT): void {
		for (const kind of kinds) this.source.give(h264Frame(kind === 'k', this.clock.now(), format));
	}

	/** Waits until pictures go out on the agent's `count`th connection. */
	async connected(count = 1): Promise<void> {
		await until(() => this.relay.connections.length === count && this.line.types.includes('hello'));
		await this.answered();
	}

	/** Waits until the agent has heard all that the relay has said so far. */
	async answered(): Promise<void> {
		const sentAt = ++this.#pings;
		this.line.send({ type: 'ping', sentAt });
		await until(() => this.line.received.some((message) => message.type === 'pong' && message.pingSentAt === sentAt));
		const pong = this.line.received.findIndex((message) => message.type === 'pong' && message.pingSentAt === sentAt);
		this.line.received.splice(pong, 1);
	}
}

let fixtures: AgentFixture[] = [];

/** A fixture that is closed after the test: see `closeFixtures`. */
export async function setUpAgent(
	behavior: Partial<RelayBehavior> = {},
	config: Partial<AgentConfig> = {},
): Promise<AgentFixture> {
	const fixture = new AgentFixture(await FakeRelay.start(behavior), config);
	fixtures.push(fixture);
	return fixture;
}

/** To be called once in every file that uses `setUpAgent`: closes the fixtures after each test, and finds timers that are left. */
export function closeFixtures(): void {
	afterEach(async () => {
		for (const fixture of fixtures) {
			fixture.agent.abort();
			await fixture.agent.closed.catch(() => undefined);
			await fixture.relay[Symbol.asyncDispose]();
			expect(fixture.clock.pending, 'timers left').toBe(0);
		}
		fixtures = [];
	});
}
