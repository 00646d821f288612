import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@oriel/testing/fake-clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog, MAX_EVENT_FILE_BYTES, MAX_FAILURE_EVENTS_A_MINUTE } from './event-log.ts';

let folder: string;
let clock: FakeClock;
let events: EventLog;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-events-'));
	clock = new FakeClock();
	events = new EventLog(folder, clock);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the event log', () => {
	it('is read newest first, in pages, and goes on where an earlier process ended', () => {
		for (const who of ['a', 'b', 'c']) events.record({ kind: 'sign-in', who, address: '192.0.2.1' });
		const first = events.read(2);
		expect(first.events.map(({ id, who }) => [id, who])).toEqual([
			[3, 'c'],
			[2, 'b'],
		]);
		expect(first.more).toBe(true);
		expect(events.read(2, 2)).toMatchObject({ events: [{ id: 1, who: 'a', about: null }], more: false });
		const next = new EventLog(folder, clock);
		next.record({ kind: 'signed-out', who: 'a' });
		expect(next.read(1).events[0]).toMatchObject({ id: 4, kind: 'signed-out', at: '2026-11-22T14:02:00.000Z' });
	});

	it('holds two files of a megabyte at most, and keeps the newest', () => {
		const about = 'x'.repeat(200);
		for (let count = 0; count < 12_000; count++) events.record({ kind: 'pairing-started', about });
		const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
		expect(sizes).toHaveLength(2);
		for (const size of sizes) expect(size).toBeLessThan(MAX_EVENT_FILE_BYTES + 1000);
		expect(events.read(1).events[0]?.id).toBe(12_000);
	});

	it('is not pushed out by strangers: ten failures a minute', () => {
		events.record({ kind: 'set-up' });
		for (let count = 0; count < 100; count++) events.record({ kind: 'sign-in-failed' });
		expect(events.read(500).events).toHaveLength(1 + MAX_FAILURE_EVENTS_A_MINUTE);
		clock.advance(60_000);
		events.record({ kind: 'sign-in-failed' });
		expect(events.read(500).events).toHaveLength(2 + MAX_FAILURE_EVENTS_A_MINUTE);
	});

	it('puts hostile texts on one line and cuts them; a broken line is passed over', () => {
		events.record({ kind: 'sign-in', who: `a\n{"id":9}\u0000${'y'.repeat(500)}` });
		appendFileSync(join(folder, 'events.jsonl'), '{"id":7,"at":"\n');
		events.record({ kind: 'signed-out' });
		const { events: read } = events.read(10);
		expect(read.map(({ kind }) => kind)).toEqual(['signed-out', 'sign-in']);
		expect(read[1]?.who).toHaveLength(200);
		expect(read[1]?.who).not.toMatch(/\p{C}/u);
	});
});
