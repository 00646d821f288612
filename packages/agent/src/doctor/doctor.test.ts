import { PassThrough } from 'node:stream';
import { boardWith, usbCamera } from '@oriel/testing/agent/boards';
import { cameraProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { type FakeComputerOptions, fakeComputer } from '@oriel/testing/agent/fake-computer';
import { frame, h264Frame } from '@oriel/testing/agent/frames';
import { sample } from '@oriel/testing/agent/samples';
import { ScriptedRtsp } from '@oriel/testing/agent/scripted-rtsp';
import { ScriptedSource } from '@oriel/testing/agent/scripted-source';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264Units } from '@oriel/testing/h264';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors/source-error.ts';
import { asJson } from './as-json.ts';
import { type Examination, examine } from './examine.ts';
import { reportOf } from './report.ts';
import { StreamStatistics } from './statistics.ts';
import { FIRST_PICTURE_MS, TRIAL_MS, trySource } from './trial.ts';

describe('the statistics of a stream', () => {
	it('of JPEGs', () => {
		const statistics = new StreamStatistics();
		expect(statistics.facts).toBeUndefined();
		const pictures = [10, 90, 200].map((shade) => frame(shade, 0));
		for (const [turn, picture] of pictures.entries()) statistics.add(picture, turn * turn * 100_000);
		const sizes = pictures.map(({ data }) => data.length);
		expect(statistics.facts).toMatchObject({
			format: { codec: 'jpeg', width: 16, height: 16 },
			pictures: 3,
			keys: 3,
			keyDistance: 1,
			bytes: { smallest: Math.min(...sizes), largest: Math.max(...sizes) },
			seconds: 0.4,
			picturesPerSecond: 5,
			longestGapMs: 300,
			nalUnits: {},
		});
	});

	it('of H.264: NAL units by type, and how far key frames are apart', () => {
		const statistics = new StreamStatistics();
		const kinds = 'kddkdddk';
		for (const [turn, data] of h264Units(kinds).entries()) {
			statistics.add({ ...h264Frame(kinds[turn] === 'k', 0), data }, turn * 100_000);
		}
		expect(statistics.facts).toMatchObject({ keys: 3, keyDistance: 4, nalUnits: { 1: 5, 5: 3, 7: 3, 8: 3 } });
	});

	it('knows no distance after a single key frame, and no rate after a single picture', () => {
		const statistics = new StreamStatistics();
		statistics.add(h264Frame(true, 0), 5);
		expect(statistics.facts).toMatchObject({ keyDistance: undefined, picturesPerSecond: 0, bitsPerSecond: 0 });
	});
});

describe('a trial', () => {
	function trying() {
		const clock = new FakeClock();
		const source = new ScriptedSource();
		const stop = new AbortController();
		return { clock, source, stop, trial: trySource(source, clock, stop.signal) };
	}

	it('lasts three seconds from the first picture on', async () => {
		const { clock, source, trial } = trying();
		clock.advance(700);
		source.give(frame(1, 0));
		clock.advance(TRIAL_MS - 1);
		source.give(frame(2, 0));
		source.advise('turn it round');
		source.advise('turn it round');
		expect(source.isOpen).toBe(true);
		clock.advance(1);
		const { stream, ...rest } = await trial;
		expect(rest).toEqual({ failure: undefined, advice: ['turn it round'], firstPictureMs: 700 });
		expect([stream?.pictures, source.isOpen, clock.pending]).toEqual([2, false, 0]);
	});

	it('ends when no picture comes', async () => {
		const { clock, trial } = trying();
		clock.advance(FIRST_PICTURE_MS);
		expect(await trial).toEqual({
			stream: undefined,
			failure: 'No picture came within 90 s.',
			advice: [],
			firstPictureMs: undefined,
		});
	});

	it('ends when the source does, and knows why', async () => {
		const { clock, source, trial } = trying();
		source.fail(new SourceError('ended', 'it was pulled out', { again: 'soon' }));
		expect((await trial).failure).toBe('it was pulled out');
		expect(clock.pending).toBe(0);
	});

	it('ends at once when it is told to', async () => {
		const { clock, stop, trial } = trying();
		stop.abort();
		expect((await trial).stream).toBeUndefined();
		expect(clock.pending).toBe(0);
	});
});

/** The examination of a computer with a source that needs no program. */
async function examined(options: FakeComputerOptions, source: string = 'test'): Promise<Examination> {
	const clock = new FakeClock();
	const examining = examine({
		source,
		computer: fakeComputer(options),
		input: new PassThrough(),
		clock,
		random: () => 0.5,
		signal: new AbortController().signal,
	});
	let result: Examination | undefined;
	void examining.then((examination) => {
		result = examination;
	});
	await until(() => result !== undefined, clock, 50);
	return examining;
}

const PI5 = boardWith({
	board: 'Pi 5',
	answers: {
		...cameraProgram({ name: 'rpicam-vid', version: 'v1.6.0', libav: false, cameras: 'list-cameras.pi5-imx500.txt' }),
		...v4l2CtlProgram('/dev/video0', sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt')),
		'vcgencmd get_throttled': 'throttled=0x50000\n',
	},
	...usbCamera(),
});

describe('an examination', () => {
	it('reads well', async () => {
		const report = reportOf(await examined(PI5));
		expect(report).toMatch(/^This machine\n {2}model +Raspberry Pi 5 Model B Rev 1\.0\n/);
		for (const line of [
			'  config  /boot/firmware/config.txt: camera_auto_detect=1',
			'  power   now: good; since the start: too little power, slowed down',
			'  rpicam-vid  v1.6.0, without libav',
			'  csi:0        imx500, 4056x3040, /base/axi/pcie@120000/rp1/i2c@88000/imx500@1a',
			'  /dev/video0  HD Webcam: HD Webcam, 046d:0825, MJPG YUYV',
			'Capture methods, best first',
			'  100  imx500 on the ribbon connector; JPEG, for there is no way to make H.264 here',
			'  90   HD Webcam at /dev/video0 makes JPEG itself',
			'Trial: test pattern, 640x480 at 10 fps',
			'  - The Pi has had too little power since it started. Use the power supply made for it, with a short cable.',
		]) {
			expect(report).toContain(`\n${line}`);
		}
		expect(report).toMatch(/\n {2}pictures +\d+ in \d\.\d s: JPEG, 640x480, \d+\.\d a second, \d+\.\d+ Mbit\/s\n/);
		expect(report.trimEnd().split('\n').at(-1)).toBe(
			'Verdict: Pictures come. This system has the "lite" camera tools, without H.264. Oriel sends JPEGs. For less data run: sudo apt install rpicam-apps',
		);
	});

	it('counts NAL units and key frames of H.264', async () => {
		const report = reportOf(await examined({}, 'test:h264'));
		expect(report).toMatch(/pictures +\d+ in \d\.\d s: H\.264 \(avc1\.[0-9A-F]{6}\), 640x480/);
		expect(report).toMatch(/\n {2}key frames +\d+, /);
		expect(report).toMatch(/\n {2}NAL units +.*\d+ of type 5/);
		expect(report).toMatch(/\nVerdict: Pictures come\. All is well\.\n$/);
	});

	it('says what to do when nothing is there, once', async () => {
		const examination = await examined({}, 'auto');
		expect(examination.isWell).toBe(false);
		const report = reportOf(examination);
		expect(report).toMatch(/\nVerdict: No camera was found on this machine\. Plug one in/);
		expect(report).not.toContain('Worth knowing');
	});

	it('asks nothing twice', async () => {
		const { probes } = await examined(PI5);
		const asked = probes.map((probe) => probe.asked);
		expect(new Set(asked).size).toBe(asked.length);
		expect(asked).toContain('rpicam-vid --list-cameras');
	});

	it('is all there as JSON, without a picture', async () => {
		const examination = await examined(PI5);
		const content = JSON.parse(asJson(examination));
		expect(content).toMatchObject({
			isWell: true,
			verdict: examination.verdict,
			facts: {
				place: { board: { chip: 'bcm2712' } },
				cameraTool: { libav: false, options: expect.arrayContaining(['--low-latency']) },
			},
			candidates: [
				{ by: 'rpicam', codec: 'jpeg' },
				{ by: 'v4l2-ctl', codec: 'jpeg' },
			],
			findings: [{ code: 'no-libav' }, { code: 'under-voltage' }],
			trial: { stream: { format: { codec: 'jpeg' } } },
		});
		const [probe] = content.probes.filter(({ asked }: { asked: string }) => asked === 'rpicam-vid --version');
		expect(probe).toMatchObject({ how: 'ended', code: 0, stdout: expect.stringContaining('rpicam-apps build') });
	});

	it('refuses a source that cannot be', async () => {
		const options = { computer: fakeComputer({}), input: new PassThrough(), clock: new FakeClock(), random: () => 0 };
		const asking = examine({ ...options, source: 'nonsense', signal: new AbortController().signal });
		await expect(asking).rejects.toMatchObject({ code: 'bad-source' });
	});

	it('keeps the password of a network camera', async () => {
		const examination = await examined({ answers: {} }, 'rtsp://me:hush@cam.lan/1?token=hush');
		expect(asJson(examination) + reportOf(examination)).not.toContain('hush');
	});

	it('of a network camera says nothing of cameras that this machine does not have', async () => {
		await using camera = await ScriptedRtsp.start(({ method }) =>
			method === 'DESCRIBE' ? { status: '404 No' } : undefined,
		);
		const examination = await examined({ answers: {} }, camera.url());
		const words = `the camera at 127.0.0.1:${camera.port} has no stream at /live (status 404); its manual tells the right path`;
		expect([examination.verdict, examination.findings, examination.tried]).toEqual([words, [], []]);
		const report = reportOf(examination);
		expect(report).toContain(`Trial: camera at rtsp://127.0.0.1:${camera.port}/live\n`);
		expect(report).not.toMatch(/No camera was found/);
	});
});
