import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_EVENT_FILE_BYTES, MAX_EVENTS_KEPT } from './event-list.ts';
import {
	EventLog,
	MAX_FAILURE_EVENTS_A_MINUTE,
	MAX_OTHERS_EVENTS_A_MINUTE,
	MAX_SOURCE_EVENTS_A_MINUTE,
} from './event-log.ts';
import type { Principal } from './policy.ts';
import { type DataDirectory, openDataDirectory } from './store/data-directory.ts';

const OWNER: Principal = { kind: 'owner', credential: '', person: 'owner' };
const ADA: Principal = { kind: 'viewer', credential: '', person: 'ada', cameras: undefined };

let clock: FakeClock;
let disk: MemoryDisk;
let data: DataDirectory;
let events: EventLog;

beforeEach(async () => {
	clock = new FakeClock();
	disk = new MemoryDisk(() => clock.wall());
	data = await openDataDirectory('/data', { clock, log: silentLog, disk });
	events = await open();
});

function open(): Promise<EventLog> {
	return EventLog.open({ directory: '/data', disk, writer: data.writer, clock });
}

function size(name: string): number {
	return Buffer.byteLength(disk.text(`/data/${name}`) ?? '');
}

describe('the event log', () => {
	it.each(['1e300', '9007199254740991', '-1', '1.5', 'null'])('counts on behind a line with the id %s', async (id) => {
		events.record({ kind: 'sign-in', who: 'before' });
		await data.flush();
		const path = '/data/events-others.jsonl';
		disk.write(path, (disk.text(path) ?? '') + (disk.text(path) ?? '').replace('"id":1,', `"id":${id},`));
		events = await open();
		for (const who of ['a', 'b']) events.record({ kind: 'sign-in', who });
		await data.flush();
		events = await open();
		expect(events.read(10).events.map(({ id: each, who }) => [each, who])).toEqual([
			[3, 'b'],
			[2, 'a'],
			[1, 'before'],
		]);
	});

	it('is read newest first, in pages, and goes on where an earlier process ended', async () => {
		for (const who of ['a', 'b', 'c']) events.record({ kind: 'sign-in', who, address: '192.0.2.1' });
		const first = events.read(2);
		expect(first.events.map(({ id, who }) => [id, who])).toEqual([
			[3, 'c'],
			[2, 'b'],
		]);
		expect(first.more).toBe(true);
		expect(events.read(2, 2)).toMatchObject({ events: [{ id: 1, who: 'a', about: null }], more: false });
		await data.flush();
		const next = await open();
		next.record({ kind: 'signed-out', who: 'a', by: OWNER });
		expect(next.read(1).events[0]).toMatchObject({ id: 4, kind: 'signed-out', at: '2026-11-22T14:02:00.000Z' });
		expect(next.read(9).events.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
	});

	it('is not read from the disk again, nor written by recording', () => {
		const before = disk.calls.length;
		for (let count = 0; count < 50; count++) events.record({ kind: 'person-added', by: OWNER });
		for (let count = 0; count < 50; count++) events.read(500);
		expect(disk.calls.length).toBe(before);
	});

	it('holds two files of a megabyte of each kind at most, and keeps the newest', async () => {
		const about = 'x'.repeat(200);
		for (let count = 0; count < 12_000; count++) events.record({ kind: 'pairing-started', about, by: OWNER });
		await data.flush();
		for (let count = 0; count < 4000; count++) events.record({ kind: 'pairing-started', about, by: OWNER });
		await data.flush();
		for (const name of ['events.jsonl', 'events.1.jsonl']) {
			expect(size(name)).toBeGreaterThan(100_000);
			expect(size(name)).toBeLessThan(MAX_EVENT_FILE_BYTES + 1000);
		}
		expect(events.read(1).events[0]?.id).toBe(16_000);
		expect((await open()).read(1).events[0]?.id).toBe(16_000);
		expect(events.read(20_000).events.length).toBeLessThanOrEqual(MAX_EVENTS_KEPT * 1.1);
	});

	it('puts hostile texts on one line and cuts them; a broken line is passed over', async () => {
		events.record({ kind: 'sign-in', by: OWNER, who: `a\n{"id":9}\u0000${'y'.repeat(500)}` });
		await data.flush();
		disk.write('/data/events.jsonl', `${disk.text('/data/events.jsonl')}{"id":7,"at":"`);
		events = await open();
		events.record({ kind: 'signed-out', by: OWNER });
		await data.flush();
		const { events: read } = (await open()).read(10);
		expect(read.map(({ kind }) => kind)).toEqual(['signed-out', 'sign-in']);
		expect(read[1]?.who).toHaveLength(200);
		expect(read[1]?.who).not.toMatch(/\p{C}/u);
	});

	it('is there once after a disk that was full took half of it', async () => {
		events.record({ kind: 'person-added', about: 'before', by: OWNER });
		await data.flush();
		const append = disk.append.bind(disk);
		disk.append = async (path, text) => {
			await append(path, text.slice(0, 150));
			throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
		};
		for (const about of ['one', 'two']) events.record({ kind: 'person-added', about, by: OWNER });
		await expect(data.flush()).rejects.toThrow('ENOSPC');
		disk.append = append;
		await data.flush();
		const lines = disk.text('/data/events.jsonl')?.trim().split('\n') ?? [];
		expect(lines.map((line) => JSON.parse(line).about)).toEqual(['before', 'one', 'two']);
	});

	it('waits in bounded memory for a disk that never works again', async () => {
		disk.trouble = 'EIO';
		const about = 'x'.repeat(200);
		for (let count = 0; count < 30_000; count++) events.record({ kind: 'pairing-started', about, by: OWNER });
		expect(events.read(1).events[0]?.id).toBe(30_000);
		disk.trouble = undefined;
		await data.flush();
		expect(size('events.jsonl') + size('events.1.jsonl')).toBeLessThan(2 * MAX_EVENT_FILE_BYTES + 2000);
		expect((await open()).read(1).events[0]?.id).toBe(30_000);
	});
});

describe('who caused an event', () => {
	it('is noted, and decides which file it is in', async () => {
		events.record({ kind: 'link-added', by: OWNER });
		events.record({ kind: 'changed-on-machine', by: 'machine' });
		events.record({ kind: 'signed-out', by: ADA });
		events.record({ kind: 'camera-taken-over' });
		events.record({ kind: 'sign-in-failed', by: OWNER });
		await data.flush();
		const causes = (name: string) => disk.text(`/data/${name}`)?.match(/"by":"\w+"/g);
		expect(causes('events.jsonl')).toEqual(['"by":"owner"', '"by":"machine"']);
		expect(causes('events-others.jsonl')).toEqual(Array(3).fill('"by":"other"'));
		expect((await open()).read(9).events.map(({ by }) => by)).toEqual(['other', 'other', 'other', 'machine', 'owner']);
	});

	it('below owner, never pushes out what the owner did, in weeks of it', async () => {
		for (let count = 0; count < 100; count++) events.record({ kind: 'person-added', about: `${count}`, by: OWNER });
		const about = 'x'.repeat(200);
		for (let minute = 0; minute < 1000; minute++) {
			for (let count = 0; count < 70; count++) {
				const address = `10.${minute % 200}.${count}.1`;
				events.record({ kind: 'link-opened', address, about, by: { ...ADA, person: `${count}` } });
				events.record({ kind: 'sign-in-failed', address, about });
			}
			clock.advance(60_000);
		}
		await data.flush();
		for (const log of [events, await open()]) {
			const kept = log.read(50_000).events.filter(({ kind }) => kind === 'person-added');
			expect(kept).toHaveLength(100);
		}
	});

	it('has a share of each minute: strangers, those with a credential, and each source of either', () => {
		const kinds = () => events.read(500).events.map(({ kind }) => kind);
		const count = (kind: string) => kinds().filter((each) => each === kind).length;
		for (let turn = 0; turn < 100; turn++) events.record({ kind: 'sign-in-failed', address: '192.0.2.1' });
		expect(count('sign-in-failed')).toBe(MAX_SOURCE_EVENTS_A_MINUTE);
		// All addresses of one network are one source, and so is one account from everywhere.
		for (let turn = 0; turn < 100; turn++) events.record({ kind: 'sign-in-limited', address: `2001:db8::${turn}` });
		expect(count('sign-in-limited')).toBe(MAX_SOURCE_EVENTS_A_MINUTE);
		for (let turn = 0; turn < 100; turn++) events.record({ kind: 'sign-in', address: `10.0.0.${turn}`, by: ADA });
		expect(count('sign-in')).toBe(MAX_SOURCE_EVENTS_A_MINUTE);
		// Another stranger and another account still have their turn.
		events.record({ kind: 'sign-in-failed', address: '198.51.100.1', about: 'another' });
		events.record({ kind: 'signed-out', address: '198.51.100.1', by: { ...ADA, person: 'bob' } });
		expect(kinds().slice(0, 2)).toEqual(['signed-out', 'sign-in-failed']);
		for (let turn = 0; turn < 500; turn++) {
			const address = `10.1.${turn % 250}.${turn % 7}`;
			events.record({ kind: 'sign-in-failed', address });
			events.record({ kind: 'link-opened', address });
		}
		expect(count('sign-in-failed') + count('sign-in-limited')).toBe(MAX_FAILURE_EVENTS_A_MINUTE);
		expect(count('sign-in') + count('signed-out') + count('link-opened')).toBe(MAX_OTHERS_EVENTS_A_MINUTE);
		const full = kinds().length;
		events.record({ kind: 'key-revoked', by: OWNER });
		expect(kinds().length).toBe(full + 1);
		clock.advance(60_000);
		events.record({ kind: 'sign-in-failed', address: '192.0.2.1' });
		expect(kinds().length).toBe(full + 2);
	});
});
