import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred, type Fields, type Log, silentLog } from '@oriel/base';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CameraConfig } from './camera-config.ts';
import { keepCameras } from './keep-cameras.ts';
import { LOOK_EVERY_MS, SETTLE_MS, systemFileWatcher } from './watch-files.ts';

const KEY = `oriel_key_${'k'.repeat(32)}`;

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-keep-'));
	for (const name of ['a.key', 'b.key']) writeFileSync(join(folder, name), KEY, { mode: 0o600 });
});

afterEach(() => rmSync(folder, { recursive: true }));

const YAML =
	'relay: r:1\ncameras:\n  porch:\n    key-file: a.key\n    source: test\n  yard:\n    key-file: a.key\n    source: test\n    fps: 5\n';

async function setUp(text: string) {
	const path = join(folder, 'camera.yaml');
	const clock = new FakeClock();
	const events: string[] = [];
	const lines: string[] = [];
	const note = (words: string, { reason }: Fields = {}) => void lines.push(reason ? `${words}: ${reason}` : words);
	const log: Log = { ...silentLog, error: note, warn: note, with: () => log };
	writeFileSync(path, text);
	const cameras = keepCameras({
		path,
		overrides: { pictures: {} },
		clock,
		log,
		random: () => 0.5,
		fileWatcher: { ...systemFileWatcher, hints: () => () => undefined },
		start({ name, settings: { fps } }: CameraConfig) {
			events.push(`+${name} ${fps}`);
			const end = deferred<void>();
			const close = async () => {
				events.push(`-${name}`);
				end.resolve();
			};
			return { closed: end.promise, isAlive: true, close };
		},
	});
	const edit = async (change: () => void) => {
		events.length = lines.length = 0;
		change();
		clock.advance(LOOK_EVERY_MS + SETTLE_MS);
		await turn();
	};
	return { cameras, clock, events, lines, edit, write: (next: string) => edit(() => writeFileSync(path, next)) };
}

describe('cameras that follow their file', () => {
	it('restart alone when they change, start when they are new, end when they are gone', async () => {
		const { cameras, clock, events, write } = await setUp(YAML);
		expect(events).toEqual(['+porch 24', '+yard 5']);
		await write(YAML.replace('fps: 5', 'fps: 6'));
		expect(events).toEqual(['-yard', '+yard 6']);
		await write(`${YAML.replace('fps: 5', 'fps: 6')}# a remark\n`);
		expect(events).toEqual([]);
		await write(YAML.replace('porch', 'attic').replace('fps: 5', 'fps: 6'));
		expect(events.sort()).toEqual(['+attic 24', '-porch']);
		expect(cameras.names).toEqual(['attic', 'yard']);
		await cameras[Symbol.asyncDispose]();
		expect(clock.pending).toBe(0);
	});

	it('go on as they are when the file is broken, and follow it again when it is fixed', async () => {
		const { cameras, events, lines, write } = await setUp(YAML);
		for (const broken of ['relay: [', '', YAML.replace('fps: 5', 'fps: lots'), YAML.replaceAll('a.key', 'c.key')]) {
			await write(broken);
			expect(events).toEqual([]);
			expect(lines).toEqual([expect.stringContaining('cannot be used; the old one goes on: ')]);
		}
		await write(YAML.replace('fps: 5', 'fps: 7'));
		expect([events, lines]).toEqual([['-yard', '+yard 7'], []]);
		await cameras[Symbol.asyncDispose]();
	});

	it('take a source that cannot be for a broken file', async () => {
		const { cameras, events, lines, write } = await setUp(YAML);
		await write(YAML.replace('source: test\n    fps: 5', 'source: tset'));
		expect(events).toEqual([]);
		expect(lines[0]).toMatch(/line 8: camera yard: the source tset is not known/);
		await cameras[Symbol.asyncDispose]();
	});

	it('restart when the content of their key file changes', async () => {
		const { cameras, events, edit } = await setUp(
			YAML.replace('yard:\n    key-file: a.key', 'yard:\n    key-file: b.key'),
		);
		expect(events).toHaveLength(2);
		await edit(() => writeFileSync(join(folder, 'a.key'), KEY.replace(/k+$/, 'x'.repeat(32))));
		expect(events).toEqual(['-porch', '+porch 24']);
		await edit(() => chmodSync(join(folder, 'a.key'), 0o644));
		expect(events).toEqual([]);
		await cameras[Symbol.asyncDispose]();
	});
});
