import { type Deferred, deferred, Secret, silentLog } from '@oriel/base';
import { turn } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import type { CameraConfig } from './camera-config.ts';
import { Fleet, type Running } from './fleet.ts';

function camera(name: string, more: Partial<CameraConfig> = {}): CameraConfig {
	const key = new Secret('k'.repeat(30));
	const facts = {
		title: undefined,
		relay: 'http://relay',
		pin: undefined,
		source: 'test',
		alwaysOn: false,
		remoteControls: true,
	};
	return { ...facts, name, key, settings: { fps: 24 }, ...more };
}

/** A camera that closes when the test lets it. */
class FakeAgent implements Running {
	readonly config: CameraConfig;
	readonly end: Deferred<void> = deferred();
	isAlive = true;
	closing = false;
	readonly #lazy: boolean;

	constructor(config: CameraConfig, lazy = false) {
		this.config = config;
		this.#lazy = lazy;
	}

	get closed(): Promise<void> {
		return this.end.promise;
	}

	async close(): Promise<void> {
		this.closing = true;
		if (!this.#lazy) this.end.resolve();
		await this.end.promise.catch(() => undefined);
	}
}

function harbour(lazy: readonly string[] = []) {
	const started: FakeAgent[] = [];
	const fleet = new Fleet({
		log: silentLog,
		start(config) {
			if (config.source === 'broken') throw new Error('it is broken');
			const agent = new FakeAgent(config, lazy.includes(config.name));
			started.push(agent);
			return agent;
		},
	});
	return { fleet, started, names: () => started.map(({ config }) => config.name) };
}

describe('a fleet', () => {
	it('starts what is new, ends what is gone, starts again what has changed, and leaves the rest alone', async () => {
		const { fleet, started, names } = harbour();
		fleet.apply([camera('porch'), camera('yard'), camera('attic')]);
		expect(names()).toEqual(['porch', 'yard', 'attic']);
		fleet.apply([camera('porch'), camera('yard', { settings: { fps: 5 } }), camera('hall')]);
		await turn();
		expect(names()).toEqual(['porch', 'yard', 'attic', 'hall', 'yard']);
		expect(started.map(({ closing }) => closing)).toEqual([false, true, true, false, false]);
		expect(started.at(-1)?.config.settings).toEqual({ fps: 5 });
		await fleet.close();
		expect(started.every(({ closing }) => closing)).toBe(true);
		await fleet.closed;
	});

	it.each([
		['key', { key: new Secret('other'.repeat(6)) }],
		['relay', { relay: 'http://elsewhere' }],
		['title', { title: 'Porch' }],
		['source', { source: 'test:h264' }],
		['size', { settings: { fps: 24, size: { width: 320, height: 240 } } }],
	] as const)('takes another %s for a change', async (_what, change) => {
		const { fleet, names } = harbour();
		fleet.apply([camera('porch')]);
		fleet.apply([camera('porch', change)]);
		await turn();
		expect(names()).toEqual(['porch', 'porch']);
	});

	it('takes the same settings in another order for no change', async () => {
		const { fleet, names } = harbour();
		fleet.apply([camera('porch', { settings: { fps: 1, quality: 5 } })]);
		fleet.apply([camera('porch', { settings: { quality: 5, fps: 1 } })]);
		await turn();
		expect(names()).toEqual(['porch']);
	});

	it('never runs two agents of one camera, and starts the newest request only', async () => {
		const { fleet, started, names } = harbour(['porch']);
		fleet.apply([camera('porch')]);
		for (const fps of [5, 6, 7]) fleet.apply([camera('porch', { settings: { fps } })]);
		await turn();
		expect(names()).toEqual(['porch']);
		started[0]?.end.resolve();
		await turn();
		expect(started.map(({ config }) => config.settings.fps)).toEqual([24, 7]);
	});

	it('lets no camera wait for another that closes slowly', async () => {
		const { fleet, names } = harbour(['porch']);
		fleet.apply([camera('porch'), camera('yard')]);
		fleet.apply([camera('porch', { source: 'file:/a' }), camera('yard', { source: 'file:/a' })]);
		await turn();
		expect(names()).toEqual(['porch', 'yard', 'yard']);
	});

	it('goes on when one camera ends or cannot start, and ends when all have', async () => {
		const { fleet, started } = harbour();
		let outcome = 'open';
		fleet.closed.catch((failure: Error) => {
			outcome = failure.message;
		});
		fleet.apply([camera('porch'), camera('yard'), camera('attic', { source: 'broken' })]);
		started[0]?.end.reject(new Error('unplugged indefinitely'));
		await turn();
		expect([outcome, started[1]?.closing]).toEqual(['open', false]);
		started[1]?.end.reject(new Error('this one too'));
		await turn();
		expect(outcome).toBe('Every camera has ended');
	});

	it('gives a camera that has ended another chance when it is changed', async () => {
		const { fleet, started, names } = harbour();
		fleet.apply([camera('porch'), camera('yard')]);
		started[0]?.end.reject(new Error('gone'));
		await turn();
		fleet.apply([camera('porch'), camera('yard')]);
		await turn();
		expect(names(), 'unchanged: no other chance').toEqual(['porch', 'yard']);
		fleet.apply([camera('porch', { source: 'file:/a' }), camera('yard')]);
		await turn();
		expect(names()).toEqual(['porch', 'yard', 'porch']);
	});

	it('is alive while all its cameras are', () => {
		const { fleet, started } = harbour();
		fleet.apply([camera('porch'), camera('yard')]);
		expect(fleet.isAlive).toBe(true);
		if (started[1]) started[1].isAlive = false;
		expect(fleet.isAlive).toBe(false);
	});
});
