import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TlsStore } from '../../tls/store.ts';
import { addKey } from '../keys.ts';
import { changeData, openDataDirectory, openRelayDirectory } from './data-directory.ts';
import { type Content, DATA_FORMAT, formatAfter } from './data-format.ts';
import { systemDisk } from './disk.ts';
import { downgradeData } from './upgrade.ts';

const means = { clock: systemClock, log: silentLog };

/** A made-up next format: a camera's key has a note, the tokens are gone, and a file is new. */
const next = formatAfter([
	...DATA_FORMAT.upgrades,
	(files) => {
		const keys = files.get('keys.json') as { readonly keys: readonly object[] };
		const made = new Map<string, Content>(files);
		made.set('keys.json', { keys: keys.keys.map((key) => ({ ...key, createdAt: '2026-01-01T00:00:00.000Z' })) });
		made.set('notes.json', { notes: [] });
		made.delete('tokens.json');
		return made;
	},
]);
const newer = { ...means, format: next };
const [NOW, NEXT] = [DATA_FORMAT.current, next.current];
const KEPT = `format-${NOW}`;

let folder: string;
let data: string;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-format-'));
	data = join(folder, 'data');
	await changeData(data, means, (files) => {
		addKey(files, systemClock, 'door');
		addKey(files, systemClock, 'yard');
	});
	writeFileSync(join(data, 'tokens.json'), `{"format":${NOW},"tokens":[]}`);
	writeFileSync(join(data, 'events.jsonl'), '{"id":1}\n');
	mkdirSync(join(data, 'tls'));
	writeFileSync(
		join(data, 'tls', 'state.json'),
		`{"format":${NOW},"directory":"x","names":[],"failures":3,"nextTryAt":null,"issuedBy":null,"problem":null}`,
	);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every file with its content, and when each was last changed. */
function everything(): Record<string, string> {
	const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).sort();
	return Object.fromEntries(
		names.map((name) => {
			const stats = statSync(join(data, name));
			return [name, stats.isFile() ? `${stats.mtimeMs} ${readFileSync(join(data, name), 'utf8')}` : ''];
		}),
	);
}

const inData = (name: string) => JSON.parse(readFileSync(join(data, name), 'utf8'));
const cameras = (content: { keys: { camera: string }[] }) => content.keys.map(({ camera }) => camera);

it('there is a way from every earlier format to this one', () => {
	expect(DATA_FORMAT.upgrades.length).toBe(DATA_FORMAT.current - 1);
});

describe('a program of the next format', () => {
	it('upgrades copies, which take their places together, and keeps the files as they were', async () => {
		const before = everything();
		const relay = await openRelayDirectory(data, newer);
		expect(cameras({ keys: [...relay.files.keys.rows] })).toEqual(['door', 'yard']);
		expect(relay.files.keys.rows[0]?.createdAt).toBe('2026-01-01T00:00:00.000Z');
		expect((await TlsStore.open(relay)).state.failures).toBe(3);
		await relay.close();
		expect(['keys.json', 'notes.json', 'tls/state.json'].map((name) => inData(name).format)).toEqual([
			NEXT,
			NEXT,
			NEXT,
		]);
		expect(readdirSync(data).sort()).toEqual(['events.jsonl', KEPT, 'keys.json', 'notes.json', 'tls'].sort());
		for (const name of ['keys.json', 'tokens.json', 'tls/state.json']) {
			expect(readFileSync(join(data, KEPT, name), 'utf8')).toBe(before[name]?.replace(/^\S+ /, ''));
			expect(statSync(join(data, KEPT, name)).mode & 0o777).toBe(0o600);
		}
		expect(everything()['events.jsonl']).toBe(before['events.jsonl']);
		// Once is enough.
		const after = everything();
		await (await openRelayDirectory(data, newer)).close();
		expect(everything()).toEqual(after);
	});

	it('does so for the command line too, and writes the new format from then on', async () => {
		await changeData(data, newer, (files) => addKey(files, systemClock, 'attic'));
		expect([inData('keys.json').format, cameras(inData('keys.json'))]).toEqual([NEXT, ['door', 'yard', 'attic']]);
		expect(cameras(inData(`${KEPT}/keys.json`))).toEqual(['door', 'yard']);
	});

	it('does not upgrade under the feet of a relay of the earlier version', async () => {
		const relay = await openRelayDirectory(data, means);
		const before = everything();
		await expect(openDataDirectory(data, newer)).rejects.toThrow('a relay of an earlier version runs on it. Restart');
		expect(everything()).toEqual(before);
		await relay.close();
	});

	it('changes nothing if a file is damaged, or a step fails', async () => {
		const failing = formatAfter([
			...DATA_FORMAT.upgrades,
			() => {
				throw new Error('a key without a name');
			},
		]);
		const before = everything();
		const words = `Cannot upgrade the data directory from format ${NOW}: a key without a name. Nothing was changed`;
		await expect(openRelayDirectory(data, { ...means, format: failing })).rejects.toThrow(words);
		expect(everything()).toEqual(before);
		writeFileSync(join(data, 'people.json'), '{"format":');
		await expect(openRelayDirectory(data, newer)).rejects.toThrow('people.json: ');
		rmSync(join(data, 'people.json'));
		expect(everything()).toEqual(before);
	});

	it('upgrades through several formats, each step once', async () => {
		const steps: string[] = [];
		const step = (name: string) => (files: ReadonlyMap<string, Content>) => {
			steps.push(`${name} ${[...files.keys()].sort().join(' ')}`);
			return files;
		};
		const later = formatAfter([...DATA_FORMAT.upgrades, step('a'), step('b')]);
		await (await openRelayDirectory(data, { ...means, format: later })).close();
		const names = 'keys.json tls/state.json tokens.json';
		expect([steps, inData('keys.json').format]).toEqual([[`a ${names}`, `b ${names}`], NOW + 2]);
	});
});

describe('a program of the earlier format', () => {
	it('refuses with words and touches nothing', async () => {
		await (await openRelayDirectory(data, newer)).close();
		const before = everything();
		const words = `Cannot use the data directory ${data}: keys.json has format ${NEXT}, and this Oriel reads ${NOW}`;
		await expect(openRelayDirectory(data, means)).rejects.toThrow(words);
		await expect(openDataDirectory(data, means)).rejects.toThrow(words);
		await expect(changeData(data, means, (files) => addKey(files, systemClock, 'attic'))).rejects.toThrow(words);
		expect(everything()).toEqual(before);
	});

	it('goes on with its rows if that happens while it runs, and says so', async () => {
		const relay = await openRelayDirectory(data, means);
		const text = readFileSync(join(data, 'keys.json'), 'utf8').replace(`"format": ${NOW}`, `"format": ${NEXT}`);
		writeFileSync(join(data, 'keys.json'), text);
		await relay.look();
		addKey(relay.files, systemClock, 'attic');
		await expect(relay.flush()).rejects.toThrow(`keys.json: it has format ${NEXT}; this Oriel reads ${NOW}`);
		expect(cameras({ keys: [...relay.files.keys.rows] })).toEqual(['door', 'yard', 'attic']);
		expect(readFileSync(join(data, 'keys.json'), 'utf8')).toBe(text);
		await relay.close();
	});

	it('gets the files back that were kept, after an update that failed', async () => {
		const before = everything();
		await (await openRelayDirectory(data, newer)).close();
		const request = { directory: data, disk: systemDisk, ...means, format: DATA_FORMAT };
		expect(await downgradeData(NOW, request)).toBe(true);
		await (await openRelayDirectory(data, means)).close();
		const { [KEPT]: _kept, ...after } = Object.fromEntries(
			Object.entries(everything()).filter(([name]) => !name.startsWith(`${KEPT}/`)),
		);
		const texts = (files: Record<string, string>) =>
			Object.entries(files).map(([name, text]) => [name, text.replace(/^\S+ /, '')]);
		expect(texts(after)).toEqual(texts(before));
		expect(await downgradeData(NOW + 7, request)).toBe(false);
	});
});

describe('an upgrade that is cut off', () => {
	/** A disk that dies at its Nth call that changes something, as a power cut does. */
	class DyingDisk extends MemoryDisk {
		left = Number.POSITIVE_INFINITY;

		#spend(): void {
			if (this.left-- <= 0) throw new Error('the power is gone');
		}
		override async create(path: string, text: string) {
			this.#spend();
			return super.create(path, text);
		}
		override async rename(from: string, to: string) {
			this.#spend();
			return super.rename(from, to);
		}
		override async remove(path: string) {
			this.#spend();
			return super.remove(path);
		}
		override async removeDirectory(path: string) {
			this.#spend();
			return super.removeDirectory(path);
		}
	}

	it('at any point leaves the old files or the new ones, and the next start goes on', async () => {
		const clock = new FakeClock();
		const olds = ['keys.json', 'tokens.json', 'tls/state.json'];
		const texts = new Map(olds.map((name) => [name, readFileSync(join(data, name), 'utf8')]));
		const fill = () => {
			const disk = new DyingDisk();
			for (const path of ['/data', '/data/tls']) disk.write(path, '');
			for (const [name, text] of texts) disk.write(`/data/${name}`, text);
			return disk;
		};
		let cuts = 0;
		for (; cuts < 200; cuts++) {
			const disk = fill();
			disk.left = cuts;
			const attempt = openRelayDirectory('/data', { clock, log: silentLog, disk, format: next });
			const failed = await attempt.then(
				() => undefined,
				(failure: Error) => failure.message,
			);
			disk.left = Number.POSITIVE_INFINITY;
			if (failed === undefined) break;
			const text = (name: string) => disk.text(`/data/${name}`);
			const isDecided = disk.files.has('/data/incoming') || text('notes.json') !== undefined;
			if (!isDecided) for (const [name, old] of texts) expect(text(name)).toBe(old);
			// The lock of the process that is gone.
			for (const name of ['relay.lock', 'update.lock']) disk.files.delete(`/data/${name}`);
			await (await openRelayDirectory('/data', { clock, log: silentLog, disk, format: next })).close();
			expect(JSON.parse(text('keys.json') ?? '')).toMatchObject({
				format: NEXT,
				keys: [{ camera: 'door' }, { camera: 'yard' }],
			});
			expect(JSON.parse(text('notes.json') ?? '')).toEqual({ format: NEXT, notes: [] });
			expect([text('tokens.json'), text('incoming')]).toEqual([undefined, undefined]);
			for (const [name, old] of texts) expect(text(`${KEPT}/${name}`)).toBe(old);
		}
		expect(cuts).toBeGreaterThan(15);
	});

	it('is not gone on with by a program that does not know the format', async () => {
		mkdirSync(join(data, 'incoming'));
		writeFileSync(join(data, 'incoming', 'keys.json'), `{"format":${NEXT},"keys":[]}`);
		const before = everything();
		await expect(openDataDirectory(data, means)).rejects.toThrow(`keys.json has format ${NEXT}`);
		expect(everything()).toEqual(before);
		expect(existsSync(join(data, 'relay.lock'))).toBe(false);
	});
});
