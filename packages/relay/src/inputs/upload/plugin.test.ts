import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';

it('a camera’s own machine is told whether its pictures arrive, and no other caller', async () => {
	await using own = await RunningRelay.start({ clock: new FakeClock(), cameras: ['porch', 'yard'] });
	const state = (key?: string) =>
		ask(`${own.url}/cameras/porch/ingest`, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
	expect((await state()).status).toBe(401);
	expect((await state(own.token())).status).toBe(403);
	expect((await state(own.key('yard'))).status).toBe(403);
	expect(await state(own.key('porch'))).toMatchObject({ status: 200, text: 'never\n' });
	await using agent = await own.agent('porch');
	agent.announce('porch');
	agent.send({ type: 'status', camera: 1, state: 'stalled', since: 5, reason: 'no\u001b[31m camera\nis there' });
	const text = await until('the camera to stall', async () => {
		const answer = (await state(own.key('porch'))).text;
		return answer.startsWith('stalled') ? answer : undefined;
	});
	expect(text).toBe('stalled no [31m camera is there\n');
	agent.frame(0, jpeg(1));
	await until('a picture', async () => (await state(own.key('porch'))).text === 'live\n');
});
