import { PassThrough } from 'node:stream';
import { fakeComputer } from '@oriel/testing/agent/fake-computer';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { onOneLine } from '../../detect/findings/finding.ts';
import { examine } from '../../doctor/examine.ts';
import { rtsp } from './method.ts';
import { subStreamOf } from './sub-stream.ts';

describe('the small stream of an IP camera', () => {
	it.each([
		['rtsp://u:p@cam.lan/Streaming/Channels/101', 'Hikvision', 'rtsp://cam.lan/Streaming/Channels/102'],
		['rtsp://cam.lan:8554/Streaming/Channels/1601', 'Hikvision', 'rtsp://cam.lan:8554/Streaming/Channels/1602'],
		['rtsp://cam.lan/h264/ch1/main/av_stream', 'Hikvision', 'rtsp://cam.lan/h264/ch1/sub/av_stream'],
		[
			'rtsp://cam.lan/cam/realmonitor?channel=2&subtype=0',
			'Dahua or Amcrest',
			'rtsp://cam.lan/cam/realmonitor?channel=2&subtype=1',
		],
		['rtsp://cam.lan/h264Preview_01_main', 'Reolink', 'rtsp://cam.lan/h264Preview_01_sub'],
		['rtsp://cam.lan/stream1', 'Tapo or Kasa', 'rtsp://cam.lan/stream2'],
	])('of %s', (address, maker, sub) => {
		expect(subStreamOf(new URL(address))).toEqual({ maker, address: sub });
	});

	it.each([
		'rtsp://cam.lan/Streaming/Channels/102',
		'rtsp://cam.lan/cam/realmonitor?channel=1&subtype=1',
		'rtsp://cam.lan/stream1?key=secret',
		'rtsp://cam.lan/live',
	])('is not known of %s', (address) => {
		expect(subStreamOf(new URL(address))).toBeUndefined();
	});

	it('is named by oriel doctor, without the password of the address', () => {
		const findings = rtsp.findings?.('rtsp://admin:hunter2@cam.lan/Streaming/Channels/101');
		expect(findings?.map(onOneLine)).toEqual([
			'The address looks like one of Hikvision, whose cameras have a second, small stream for grids. ' +
				'Add it with the same user and password: --preview rtsp://USER:PASSWORD@cam.lan/Streaming/Channels/102',
		]);
		expect(rtsp.findings?.('/dev/video0')).toEqual([]);
	});

	it('is among the findings of an examination', async () => {
		const signal = AbortSignal.abort();
		const source = 'rtsp://127.0.0.1:1/stream1';
		const { findings } = await examine({
			...{ source, computer: fakeComputer({}), input: new PassThrough(), clock: new FakeClock() },
			...{ random: () => 0.5, signal },
		});
		expect(findings.map(({ code }) => code)).toContain('sub-stream');
	});
});
