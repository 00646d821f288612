import { FakeClock } from '@oriel/testing/fake-clock';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestCookie, ownerCookie } from '@oriel/testing/relay/session';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';

const REASON = 'another Oriel agent (process 554) has it open';

it('owners are told why a camera brings no pictures; guests and programs only that it does not', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	await using owner = await relay.ownersPage();
	await using guest = await relay.guestsPage(['door']);
	await using program = await relay.viewer();
	agent.announce('door');
	agent.send({ type: 'status', camera: 1, state: 'stalled', since: 5, reason: REASON });
	for (const peer of [owner, guest, program]) await until(() => peer.last('status')?.state === 'stalled');
	expect([owner, guest, program].map((peer) => peer.last('status')?.reason)).toEqual([REASON, undefined, undefined]);
	await using later = await relay.guestsPage(['door']);
	await until(() => later.last('status'));
	expect(later.received.map((message) => JSON.stringify(message)).join()).not.toContain('554');

	const listed = async (headers: Record<string, string>) =>
		JSON.parse((await ask(`${relay.url}/api/cameras`, { headers })).text).cameras[0];
	const { files } = relay;
	expect(await listed({ cookie: ownerCookie(files, clock) })).toMatchObject({ state: 'stalled', reason: REASON });
	for (const headers of [
		{ cookie: guestCookie(files, clock, ['door']) },
		{ authorization: `Bearer ${relay.token()}` },
	]) {
		const camera = await listed(headers);
		expect(camera.state).toBe('stalled');
		expect(camera).not.toHaveProperty('reason');
	}
});
