import { type Agent, type Sink, type Source, startAgent } from '@oriel/agent';
import { type Millis, Secret, silentLog } from '@oriel/base';
import { encodeJpeg } from '@oriel/media';
import { SUBPROTOCOL } from '@oriel/protocol';
import { Cable } from '@oriel/testing/cable';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LiveConnection } from '../../packages/web/src/player/connection/live-connection.ts';
import type { SocketLike } from '../../packages/web/src/player/connection/live-socket.ts';

/** How soon pictures come again after what broke is back. */
const RECOVERY_MS: Millis = 2000;
/** What a paused camera may send, a second. */
const QUIET_BYTES_PER_SECOND = 2000;
const FRAME_MS: Millis = 100;
const STEP_MS: Millis = 10;
/** What has not come by then does not come. */
const LONGEST_MS: Millis = 60_000;

/** A camera that takes a picture ten times a second, with or without viewers. */
class Steady implements Source {
	readonly description = 'steady';
	readonly capabilities: readonly string[] = [];
	readonly #clock: FakeClock;
	readonly #data = encodeJpeg(
		{ width: 16, height: 16, y: new Uint8Array(256), cb: new Uint8Array(64), cr: new Uint8Array(64) },
		{ quality: 60 },
	);

	constructor(clock: FakeClock) {
		this.#clock = clock;
	}

	async run(sink: Sink, signal: AbortSignal): Promise<void> {
		const format = { codec: 'jpeg', codecString: undefined, width: 16, height: 16 } as const;
		const show = () => sink.frame({ key: true, capturedAt: this.#clock.now(), data: this.#data, format });
		const stop = this.#clock.every(FRAME_MS, show);
		await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
		stop();
	}
}

/** A real agent, a real relay and the page's own connection, with a cable between each two, on one clock that a test moves. */
class Fixture implements AsyncDisposable {
	readonly clock: FakeClock;
	/** Pictures that the page was given. */
	pictures = 0;
	readonly relay: RunningRelay;
	readonly agentCable: Cable;
	readonly pageCable: Cable;
	readonly page: LiveConnection;
	readonly #headers: { readonly authorization: string };
	readonly #agent: Agent;
	#stop: (() => void) | undefined;

	private constructor(clock: FakeClock, relay: RunningRelay, agentCable: Cable, pageCable: Cable) {
		this.clock = clock;
		this.relay = relay;
		this.agentCable = agentCable;
		this.pageCable = pageCable;
		const url = `http://127.0.0.1:${agentCable.port}`;
		this.#agent = startAgent(
			{ relay: url, name: 'door', key: new Secret(relay.key('door')), source: new Steady(clock) },
			{ clock, log: silentLog, random: () => 0.5 },
		);
		const headers = { authorization: `Bearer ${relay.token()}` };
		this.#headers = headers;
		const live = `ws://127.0.0.1:${pageCable.port}/live`;
		this.page = new LiveConnection({
			clock,
			random: () => 0.5,
			codecs: ['jpeg'],
			ask: async () => 'there',
			signals: () => () => {},
			dial: () => {
				const socket = new WebSocket(live, SUBPROTOCOL, { headers });
				socket.on('error', () => undefined);
				return socket as SocketLike;
			},
		});
	}

	static async open(): Promise<Fixture> {
		const clock = new FakeClock();
		const relay = await RunningRelay.start({ clock, cameras: ['door'] });
		const fixture = new Fixture(clock, relay, await Cable.lay(relay.relay.port), await Cable.lay(relay.relay.port));
		await fixture.passUntil('the camera to be live', async () => (await fixture.#camera()).state === 'live');
		return fixture;
	}

	/** Whether the relay has asked the camera for no more pictures. */
	async isPaused(): Promise<boolean> {
		return (await this.#camera()).isPaused;
	}

	watch(): void {
		this.#stop = this.page.watch('door', (picture) => {
			this.pictures++;
			picture.settle(picture.ageMs());
		});
	}

	/** Lets time pass in small steps, in each of which everything may be said that is to be said. */
	async pass(span: Millis): Promise<void> {
		for (let gone = 0; gone < span; gone += STEP_MS) {
			this.clock.advance(STEP_MS);
			await rounds(8);
		}
	}

	/** Lets time pass until something is so; gives how much that was. */
	async passUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<Millis> {
		let gone: Millis = 0;
		for (; !(await isSo()); gone += STEP_MS) {
			if (gone >= LONGEST_MS) throw new Error(`Waited ${LONGEST_MS} ms in vain for: ${what}`);
			await this.pass(STEP_MS);
		}
		return gone;
	}

	/** Time until one more picture is shown. */
	nextPicture(): Promise<Millis> {
		const before = this.pictures;
		return this.passUntil('a picture', () => this.pictures > before);
	}

	async #camera(): Promise<{ state: string; isPaused: boolean }> {
		const answer = await fetch(`${this.relay.url}/api/cameras`, { headers: this.#headers });
		const { cameras } = (await answer.json()) as { cameras: { state: string; isPaused: boolean }[] };
		return cameras[0] ?? expect.unreachable('the relay has a camera');
	}

	get cables(): readonly Cable[] {
		return [this.agentCable, this.pageCable];
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#stop?.();
		this.clock.advance(6000);
		this.#agent.abort();
		await this.#agent.closed;
		await this.pageCable[Symbol.asyncDispose]();
		await this.agentCable[Symbol.asyncDispose]();
		await this.relay[Symbol.asyncDispose]();
	}
}

describe('a camera without viewers', () => {
	it('falls silent, and is seen with its next picture by the first who looks', async () => {
		await using fixture = await Fixture.open();
		await fixture.pass(10_000);
		await fixture.passUntil('the camera to be paused', () => fixture.isPaused());
		const before = fixture.agentCable.carriedBytes;
		await fixture.pass(10_000);
		const carried = fixture.agentCable.carriedBytes - before;
		expect(carried).toBeGreaterThan(0);
		expect(carried).toBeLessThan(10 * QUIET_BYTES_PER_SECOND);
		fixture.watch();
		// No wait of ours lies between the wish and the picture: only the camera's own interval.
		expect(await fixture.nextPicture()).toBeLessThanOrEqual(FRAME_MS + STEP_MS);
	});
});

describe('pictures come again within two seconds', () => {
	it('when a network is back that was cut for 20 seconds on both hops', async () => {
		await using fixture = await Fixture.open();
		fixture.watch();
		await fixture.nextPicture();
		for (const cable of fixture.cables) cable.cut();
		await fixture.pass(20_000);
		expect(fixture.page.state.phase).toBe('reconnecting');
		for (const cable of fixture.cables) cable.mend();
		expect(await fixture.nextPicture()).toBeLessThanOrEqual(RECOVERY_MS);
	});

	it('when a relay is back that was gone for five seconds', async () => {
		await using fixture = await Fixture.open();
		fixture.watch();
		await fixture.nextPicture();
		for (const cable of fixture.cables) cable.break();
		await fixture.pass(5000);
		expect(fixture.page.state.phase).toBe('reconnecting');
		for (const cable of fixture.cables) cable.mend();
		expect(await fixture.nextPicture()).toBeLessThanOrEqual(RECOVERY_MS);
	});
});
