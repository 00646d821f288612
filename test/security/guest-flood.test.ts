// What a person below owner, or an anonymous caller, must not be able to do: push out what the owner did, push out other guests, make
// the disk work for each request.
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { guestFlood } from './attacks/guest-flood.ts';

it('a flood of guests pushes out neither the owner’s events nor another guest, and causes a few writes at most', async () => {
	const clock = new FakeClock();
	const disk = new MemoryDisk(() => clock.wall());
	await using relay = await RunningRelay.start({ clock, disk, cameras: ['door'] });
	await using agent = await relay.agent('door');
	await using viewer = await relay.viewer();
	agent.announce('door');
	viewer.watch('door');
	const owner = ownerBrowser(relay, clock);
	const guest = await guestBrowser(owner, relay.url, { cameras: ['door'], label: 'shared' });
	await owner.post('/api/people', { name: 'Ada', role: 'viewer' });
	await relay.relay.kept();
	const written = disk.calls.filter((call) => call.startsWith('rename')).length;

	const target = { port: relay.relay.port, camera: 'door', token: relay.token(), share: guest.token };
	const stop = new AbortController();
	const attack = guestFlood({ ...target, key: '', hostileCamera: '' }, stop.signal);
	const opened = () => relay.files.guests.rows.length;
	await until(() => opened() > 60);
	for (let sequence = 0; sequence < 5; sequence++) {
		agent.frame(sequence, jpeg(sequence));
		const frame = await until(() => viewer.frames[sequence]);
		viewer.ack(frame);
	}
	stop.abort();
	await attack;

	expect((await guest.browser.get('/api/cameras')).status).toBe(200);
	const { events } = (await owner.get('/api/events')).json;
	const byOwner = events.filter(({ by }: { by: string }) => by === 'owner').map(({ kind }: { kind: string }) => kind);
	expect(byOwner).toEqual(['person-added', 'link-added']);
	expect(events.length).toBeLessThan(110);
	// The time stood still: nothing was due to be written, and no request of a guest made it so.
	expect(disk.calls.filter((call) => call.startsWith('rename guests')).length).toBeLessThanOrEqual(1);
	expect(disk.calls.filter((call) => call.startsWith('rename')).length - written).toBeLessThanOrEqual(3);
});
