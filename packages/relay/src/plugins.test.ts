import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { frameNumbers } from '../../../test/examples/frame-numbers.ts';
import { oneShot } from '../../../test/examples/one-shot.ts';
import { VIEWERS } from './auth/policy.ts';
import type { Plugin } from './plugin/plugin.ts';
import { PLUGINS } from './plugins.ts';

describe('inputs and outputs', () => {
	it('are added by a line, and work: routes, permissions, metrics, a port, and nothing else touched', async () => {
		const plugins = [...PLUGINS, frameNumbers, oneShot];
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'], plugins });
		const get = (token?: string) => {
			const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
			return fetch(`${relay.url}/cameras/door/numbers`, { headers });
		};
		expect((await get('wrong')).status).toBe(401);
		const token = relay.token();
		expect(await (await get(token)).json()).toEqual({ numbers: [] });
		for (const shade of [1, 2, 3]) {
			const socket = connect(relay.relay.ports['one-shot'] ?? 0, '127.0.0.1');
			socket.end(jpeg(shade));
			await once(socket.resume(), 'close');
		}
		await until(
			async () => (await relay.metric('oriel_egress_frames_total{camera="door",transport="frame-numbers"}')) === 3,
		);
		expect(await (await get(token)).json()).toEqual({ numbers: [1, 2, 3] });
		expect(await relay.metric('oriel_ingest_frames_total{camera="door"}')).toBe(3);
		expect(await relay.metric('oriel_viewers{camera="door",transport="frame-numbers"}')).toBe(1);
		const snapshot = await fetch(`${relay.url}/cameras/door/snapshot.jpg`, {
			headers: { authorization: `Bearer ${token}` },
		});
		expect(Buffer.compare(Buffer.from(await snapshot.arrayBuffer()), jpeg(3))).toBe(0);
	});

	it('that name an action without a permission row, or bring a row twice, are refused at the start', async () => {
		const open = (extra: Plugin) =>
			RunningRelay.start({ clock: new FakeClock(), plugins: [...PLUGINS, extra] }).then(async (relay) => {
				await relay[Symbol.asyncDispose]();
			});
		const { permissions: _none, ...lawless } = frameNumbers;
		await expect(open(lawless)).rejects.toThrow(
			'frame-numbers: /cameras/:camera/numbers names the action numbers.read, which has no permission row',
		);
		await expect(open({ ...frameNumbers, permissions: { 'camera.watch': VIEWERS } })).rejects.toThrow(
			'Two permission tables have a row for camera.watch',
		);
	});

	it.each(PLUGINS)('$name is described where it says', ({ docs }) => {
		const [file = '', heading] = docs.split('#');
		const path = new URL(`../../../${file}`, import.meta.url);
		expect(existsSync(path)).toBe(true);
		const headings = readFileSync(path, 'utf8').match(/^#+ .*$/gm) ?? [];
		const anchors = headings.map((line) =>
			line
				.replace(/^#+ /, '')
				.toLowerCase()
				.replaceAll(/[^\w\- ]/g, '')
				.replaceAll(' ', '-'),
		);
		expect(anchors).toContain(heading);
	});

	it('have names of their own', () => {
		const names = PLUGINS.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});
});
