import { silentLog } from '@oriel/base';
import { boardWith, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { cameraProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { type FakeComputer, fakeComputer } from '@oriel/testing/agent/fake-computer';
import { frame } from '@oriel/testing/agent/frames';
import { sample } from '@oriel/testing/agent/samples';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import type { ProgramOpening } from '../capture/auto/attempt.ts';
import { autoSource } from '../capture/auto/auto-source.ts';
import type { CaptureSettings, ExitStatus } from '../capture/command/command.ts';
import { SourceError } from '../errors/source-error.ts';
import { CAPTURE_METHODS } from './list.ts';
import { targetOf } from './open.ts';

const EXITED: ExitStatus = { how: 'exited', code: 255, signal: undefined };
const WEBCAM = sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt');
const CSI = cameraProgram({
	name: 'rpicam-vid',
	version: 'v1.6.0',
	libav: true,
	cameras: 'list-cameras.imx708_wide-2023.txt',
});
const BOTH: Setting = { board: 'Pi 4', answers: { ...CSI, ...v4l2CtlProgram('/dev/video0', WEBCAM) }, ...usbCamera() };

/** What a program does: brings a picture and goes on, brings one and ends, or ends with these words. */
type Deed = 'runs' | 'brings one and ends' | { readonly words: string; readonly exit?: ExitStatus };

interface SetUpOptions {
	readonly computer?: FakeComputer;
	/** SPEC of `--source`. */
	readonly spec?: string;
	readonly settings?: CaptureSettings;
	/** By the description of the program; what is not named runs. */
	readonly deeds?: Readonly<Record<string, Deed>>;
}

/** A source whose programs do what the test says. */
function setUp({ computer = fakeComputer(boardWith(BOTH)), spec = 'auto', settings = {}, deeds = {} }: SetUpOptions) {
	const opened: string[] = [];
	const limits: (number | undefined)[] = [];
	const script = { ...deeds };
	const clock = new FakeClock();
	const open = ({ command, settings: asked }: ProgramOpening) => {
		const made = typeof command === 'function' ? command(asked) : command;
		const run: ReturnType<typeof autoSource>['run'] = async (sink, signal) => {
			opened.push(made.description);
			const deed = script[made.description] ?? 'runs';
			if (typeof deed === 'object') {
				const evidence = { exit: deed.exit ?? EXITED, words: deed.words.split('\n'), pictures: 0 };
				const { message, again } = made.diagnose(evidence);
				throw new SourceError('ended', message, { again });
			}
			sink.frame(frame(1, 1));
			if (deed !== 'runs') throw new SourceError('ended', 'it ended', { again: 'soon' });
			await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
		};
		const limit = (bits: number | undefined) => void limits.push(bits);
		return { description: made.description, capabilities: [], run, limit };
	};
	const source = autoSource({
		target: targetOf(spec),
		methods: CAPTURE_METHODS,
		settings,
		computer,
		open,
		log: silentLog,
		clock,
	});
	return { source, opened, limits, script, computer, clock };
}

const RPICAM = 'imx708_wide with rpicam-vid';
const USB = 'HD Webcam at /dev/video0 with v4l2-ctl';
const BUSY = { words: sample('err.busy.stderr.txt') };

async function ends(watching: Watching): Promise<SourceError> {
	await until(() => watching.failure !== undefined);
	if (!watching.failure) throw new Error('it did not fail');
	return watching.failure;
}

describe('the camera of this machine', () => {
	it('is the best that there is', async () => {
		const { source, opened } = setUp({});
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		expect([source.description, opened]).toEqual(['the camera of this machine', [RPICAM]]);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
	});

	it('is the next when the best brings nothing: JPEG when the encoder does not work', async () => {
		const { source, opened } = setUp({
			deeds: { [RPICAM]: { words: 'ERROR: *** failed to open V4L2 H264 encoder ***' } },
		});
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		watching.stop();
		expect(opened).toEqual([RPICAM, RPICAM, USB]);
	});

	it('is another one when the best is in use: its other form would be so too', async () => {
		const { source, opened } = setUp({ deeds: { [RPICAM]: BUSY } });
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		watching.stop();
		expect(opened).toEqual([RPICAM, USB]);
	});

	it('names who uses it', async () => {
		const setting: Setting = { board: 'Pi 4', answers: CSI, files: { '/proc/712/comm': 'motion\n' } };
		const links = { '/proc/712/fd/3': '/dev/media0', '/proc/9/fd/1': '/dev/null' };
		const computer = fakeComputer(boardWith({ ...setting, links }));
		const { source } = setUp({ computer, deeds: { [RPICAM]: BUSY } });
		const { message, again } = await ends(new Watching(source));
		expect([message, again]).toEqual([
			'The camera is in use by motion (pid 712). End it to let Oriel have the camera.',
			'soon',
		]);
	});

	it('says why the best one does not work when none does', async () => {
		const { source, opened } = setUp({
			deeds: {
				[RPICAM]: { words: sample('err.cma.stderr.txt') },
				[USB]: { words: 'Cannot open device /dev/video0, exiting.' },
			},
		});
		const { message, again } = await ends(new Watching(source));
		expect(message).toMatch(/^There is no memory left for pictures\. Choose a smaller size/);
		expect([again, opened]).toEqual(['later', [RPICAM, RPICAM, USB]]);
	});

	it('is opened again without looking, if it has brought pictures', async () => {
		const { source, opened, computer, script } = setUp({ deeds: { [RPICAM]: 'brings one and ends' } });
		expect((await ends(new Watching(source))).message).toBe('it ended');
		const asked = computer.asked.length;
		script[RPICAM] = 'runs';
		const again = new Watching(source);
		await until(() => again.frames.length === 1);
		again.stop();
		expect([opened, computer.asked.length]).toEqual([[RPICAM, RPICAM], asked]);
	});

	it('is looked for again when what worked before does not any more', async () => {
		const { source, opened, script } = setUp({ deeds: { [RPICAM]: 'brings one and ends' } });
		await ends(new Watching(source));
		script[RPICAM] = { words: 'ERROR: *** no cameras available ***' };
		const again = new Watching(source);
		await until(() => again.frames.length === 1);
		again.stop();
		expect(opened).toEqual([RPICAM, RPICAM, RPICAM, USB]);
	});

	it('on a Pi 5 with the lite tools gives JPEG, and says so', async () => {
		const answers = cameraProgram({
			name: 'rpicam-vid',
			version: 'v1.6.0',
			libav: false,
			cameras: 'list-cameras.pi5-imx500.txt',
		});
		const { source } = setUp({ computer: fakeComputer(boardWith({ board: 'Pi 5', answers })) });
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		watching.stop();
		expect(watching.advice).toEqual([
			'This system has the "lite" camera tools, without H.264. Oriel sends JPEGs. For less data run: sudo apt install rpicam-apps',
		]);
	});

	it('is looked after: weak power is told once a minute, as long as it runs', async () => {
		const { source, computer, clock } = setUp({});
		computer.answer('vcgencmd get_throttled', 'throttled=0x50005');
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		clock.advance(60_000);
		await until(() => watching.advice.length === 1);
		computer.answer('vcgencmd get_throttled', 'throttled=0x50000');
		clock.advance(60_000);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
		expect(watching.advice).toEqual([
			'the Pi gets too little power: pictures may stop; use the power supply made for it',
		]);
		expect(clock.pending).toBe(0);
	});

	it('is told its limit whenever it is opened', async () => {
		const { source, limits } = setUp({});
		source.limit?.(500_000);
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		source.limit?.(undefined);
		watching.stop();
		expect(limits).toEqual([500_000, undefined]);
	});

	it('is not looked for when it is stopped at once', async () => {
		const { source, computer } = setUp({});
		const watching = new Watching(source);
		watching.stop();
		await until(() => watching.outcome === 'stopped');
		expect(computer.asked).toEqual([]);
	});
});

describe('what the owner chose', () => {
	it('leaves ways out that give the other codec', async () => {
		const { source, opened } = setUp({ settings: { codec: 'jpeg' }, deeds: { [RPICAM]: BUSY } });
		const watching = new Watching(source);
		await until(() => watching.frames.length === 1);
		watching.stop();
		expect(opened).toEqual([RPICAM, USB]);
	});

	it('leaves no way, and that is said', async () => {
		const computer = fakeComputer(
			boardWith({ board: 'Pi 3', answers: v4l2CtlProgram('/dev/video0', WEBCAM), ...usbCamera() }),
		);
		const { source } = setUp({ computer, settings: { codec: 'h264' } });
		const { message, again } = await ends(new Watching(source));
		expect([message, again]).toEqual([
			'HD Webcam gives JPEG only. Leave the codec to Oriel, or use another camera.',
			'later',
		]);
	});

	it('leaves no way for want of a package, and that is named', async () => {
		const answers = cameraProgram({
			name: 'rpicam-vid',
			version: 'v1.6.0',
			libav: false,
			cameras: 'list-cameras.pi5-imx500.txt',
		});
		const { source } = setUp({
			computer: fakeComputer(boardWith({ board: 'Pi 5', answers })),
			settings: { codec: 'h264' },
		});
		expect((await ends(new Watching(source))).message).toBe(
			'imx500 gives JPEG only: this system has the "lite" camera tools. For H.264 run: sudo apt install rpicam-apps',
		);
	});

	it('cannot be followed by any way: the best one’s reason is said', async () => {
		const computer = fakeComputer(boardWith({ board: 'Pi 4', answers: CSI }));
		const { source, opened } = setUp({ computer, settings: { rotation: 90 } });
		const { message, again } = await ends(new Watching(source));
		expect(message).toBe(
			'imx708_wide: a rotation of 90° is not available: rpicam-vid turns by 180° only; the page can turn the picture',
		);
		expect([again, opened]).toEqual(['later', []]);
	});
});

describe('no camera', () => {
	it.each<[name: string, setting: Setting, spec: string, message: RegExp, again: string]>([
		['at all', { board: 'PC' }, 'auto', /^No camera was found on this machine\. Plug one in/, 'soon'],
		[
			'for want of a program',
			{ board: 'Pi 4' },
			'auto',
			/^The program that reads the camera is not installed\./,
			'later',
		],
		[
			'with that number',
			{ board: 'Pi 4', answers: CSI },
			'csi:3',
			/^There is no camera csi:3 here\. There is csi:0 \(imx708_wide\)\.$/,
			'soon',
		],
		['at that node', { board: 'Pi 4' }, '/dev/video7', /^There is no camera at \/dev\/video7\. Plug it in/, 'soon'],
		[
			'that this user may open',
			{ board: 'PC', answers: v4l2CtlProgram('/dev/video0', WEBCAM), ...usbCamera(), closed: ['/dev/video0'] },
			'/dev/video0',
			/^This user may not open the camera \(\/dev\/video0\)\./,
			'soon',
		],
		[
			'that tells what it can do',
			{ board: 'PC', answers: v4l2CtlProgram('/dev/video0', ''), ...usbCamera() },
			'/dev/video0',
			/^The camera at \/dev\/video0 does not tell what it can do\./,
			'soon',
		],
	])('%s', async (_, setting, spec, message, again) => {
		const { source } = setUp({ computer: fakeComputer(boardWith(setting)), spec });
		const failure = await ends(new Watching(source));
		expect(failure.message).toMatch(message);
		expect([failure.code, failure.again]).toEqual(['not-found', again]);
	});

	it('says one line', async () => {
		const { source } = setUp({ computer: fakeComputer(boardWith({ board: 'PC' })) });
		expect((await ends(new Watching(source))).message).not.toContain('\n');
	});
});
