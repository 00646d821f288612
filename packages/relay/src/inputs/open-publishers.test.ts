import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { MAX_PUBLISHERS_PER_CAMERA, OpenPublishers } from '../core/open-publishers.ts';

describe('the connections with one camera’s key', () => {
	it('are limited: the oldest that does not bring the pictures gives way to a new one', () => {
		const ended: number[] = [];
		const publishers = new OpenPublishers(() => ended.push(-1));
		const enter = (number: number, isCurrent = false) =>
			publishers.enter('door', { isCurrent, giveWay: () => ended.push(number) });
		enter(0, true);
		const leave = enter(1);
		for (let number = 2; number < MAX_PUBLISHERS_PER_CAMERA; number++) enter(number);
		expect(ended).toEqual([]);
		enter(4);
		expect(ended).toEqual([-1, 1]);
		leave();
		enter(5);
		expect(ended).toEqual([-1, 1, -1, 2]);
		publishers.enter('garden', { isCurrent: false, giveWay: () => ended.push(99) });
		expect(ended).not.toContain(99);
	});

	it('are told so in words, and a camera whose connection has died comes back beside them', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using viewer = await relay.viewer();
		viewer.watch('door');
		await using camera = await relay.agent('door');
		camera.announce('door');
		camera.frame(0, jpeg(1));
		viewer.ack(await until(() => viewer.frames[0]));
		const url = `${relay.url}/cameras/door/ingest`;
		await using silent = await relay.agent('door');
		const uploads: TestUpload[] = [];
		for (let count = 1; count < MAX_PUBLISHERS_PER_CAMERA; count++) {
			const upload = new TestUpload(url, relay.key('door'));
			upload.write(jpeg(9).subarray(0, 50));
			uploads.push(upload);
		}
		expect(await silent.closed()).toBe(4001);
		expect(silent.last('goodbye')).toMatchObject({ reason: 'taken-over', retryAfterMs: null });
		await using back = await relay.agent('door');
		const { status, json } = await (uploads[0] as TestUpload).answer();
		expect([status, json.error?.code]).toEqual([429, 'too-many-open']);
		expect(json.error?.message).toContain(`More than ${MAX_PUBLISHERS_PER_CAMERA} connections`);
		camera.frame(1, jpeg(2));
		await until(() => viewer.frames[1]);
		back.announce('door');
		back.frame(0, jpeg(3));
		expect(await camera.closed()).toBe(4001);
		await until(() => viewer.frames.length >= 2);
		for (const upload of uploads) await upload[Symbol.asyncDispose]();
	});
});
