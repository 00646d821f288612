import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { beforeEach, describe, expect, it } from 'vitest';
import { openDataDirectory } from './auth/store/data-directory.ts';
import { OUTSIDE_FILE, OutsideNote, readOutsideNote } from './outside-note.ts';

const PATH = `/data/${OUTSIDE_FILE}`;
const START = Date.parse('2026-11-27T10:00:00Z');
const HOUR_MS = 3_600_000;
const interfaces = {
	eth0: [{ address: '188.245.1.7', family: 'IPv4', netmask: '', mac: '', internal: false, cidr: null } as const],
};

let clock: FakeClock;
let disk: MemoryDisk;
beforeEach(() => {
	clock = new FakeClock(0, START);
	disk = new MemoryDisk(() => clock.wall());
});

async function opened() {
	const data = await openDataDirectory('/data', { clock, log: silentLog, disk });
	const note = await OutsideNote.open({ data, clock, machine: { interfaces } });
	return {
		note,
		/** What is on disk. */
		async kept() {
			await data.flush();
			const text = disk.text(PATH);
			return text === undefined ? undefined : readOutsideNote(text);
		},
		writes: () => disk.calls.filter((call) => call === `rename ${OUTSIDE_FILE}`).length,
	};
}

describe('requests from outside', () => {
	it('are noted by their time, without their address, and known to the next relay', async () => {
		const first = await opened();
		first.note.onRequest('54.1.2.3');
		const at = new Date(START).toISOString();
		expect(await first.kept()).toEqual({ ipv4: { first: at, last: at }, ipv6: null });
		expect(disk.text(PATH)).not.toContain('54.1.2.3');
		clock.advance(25 * HOUR_MS);
		const second = await opened();
		expect(second.note.seen.ipv4?.first).toBe(at);
		second.note.onRequest('2a02:8108::5');
		second.note.onRequest('54.1.2.3');
		const later = new Date(START + 25 * HOUR_MS).toISOString();
		expect(await second.kept()).toEqual({ ipv4: { first: at, last: later }, ipv6: { first: later, last: later } });
	});

	it('cost one write a day', async () => {
		const { note, kept, writes } = await opened();
		for (let hour = 0; hour < 48; hour++) {
			note.onRequest('54.1.2.3');
			await kept();
			clock.advance(HOUR_MS);
		}
		expect(writes()).toBe(2);
	});

	it('are not those from this machine or its network', async () => {
		const { note, kept } = await opened();
		for (const address of ['127.0.0.1', '10.0.0.3', '192.168.1.4', '188.245.1.7', 'fe80::1', '::1', '']) {
			note.onRequest(address);
		}
		expect(await kept()).toBeUndefined();
	});

	it('replace a note that cannot be read', async () => {
		disk.write(PATH, '{"format":1}');
		const { note, kept } = await opened();
		expect(note.seen).toEqual({ ipv4: null, ipv6: null });
		note.onRequest('54.1.2.3');
		expect((await kept())?.ipv4).not.toBeNull();
	});

	it('are those that a trusted proxy has passed on, too', async () => {
		const trustProxy = ['127.0.0.1'];
		await using running = await RunningRelay.start({ clock, trustProxy });
		await fetch(`${running.url}/healthz`, { headers: { 'x-forwarded-for': '10.0.0.9' } });
		await running.relay.kept();
		const path = join(running.directory, 'data', OUTSIDE_FILE);
		expect(existsSync(path)).toBe(false);
		await fetch(`${running.url}/healthz`, { headers: { 'x-forwarded-for': '54.1.2.3' } });
		await until(() => existsSync(path), clock, 50);
		expect(readOutsideNote(readFileSync(path, 'utf8')).ipv4).not.toBeNull();
	});
});
