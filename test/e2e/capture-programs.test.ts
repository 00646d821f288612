import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, localMachine, type MediaUnit, programSource, SourceError } from '@oriel/agent';
import { systemClock } from '@oriel/base';
import { inspectJpeg, nalType, nalUnitsOf } from '@oriel/media';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import type { Board } from '@oriel/testing/fake-camera/scenario';
import { FakeClock } from '@oriel/testing/fake-clock';
import { processesWith } from '@oriel/testing/processes';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';
import { diagnoseRaspivid } from '../../packages/agent/src/sources/raspivid/diagnose.ts';
import { diagnoseRpicam } from '../../packages/agent/src/sources/rpicam/diagnose.ts';
import { diagnoseV4l2Ctl } from '../../packages/agent/src/sources/v4l2/diagnose.ts';

const CAPTURE = ['-t', '0', '-n'];
const SIZE = ['--width', '320', '--height', '240', '--framerate', '15'];
const MJPEG = [...CAPTURE, '--codec', 'mjpeg', '-q', '60', ...SIZE, '--flush', '-o', '-'];
const HARDWARE = [
	...CAPTURE,
	'--codec',
	'h264',
	'--profile',
	'main',
	'--level',
	'4.1',
	'--inline',
	'--intra',
	'15',
	'-b',
	'2000000',
	...SIZE,
	'--flush',
	'-o',
	'-',
];
const PI5 = [
	'--codec',
	'h264',
	'--libav-format',
	'h264',
	'--profile',
	'baseline',
	'--intra',
	'15',
	'-b',
	'2000000',
	...SIZE,
	'-o',
	'-',
];
const LOW_LATENCY = [...CAPTURE, '--low-latency', ...PI5];
const OLD_PI5 = [
	...CAPTURE,
	'--libav-video-codec-opts',
	'preset=ultrafast;tune=zerolatency;thread_type=slice;slices=4;refs=1;bf=0',
	...PI5,
];
const RASPIVID = [
	'-n',
	'-t',
	'0',
	'-cs',
	'0',
	'-w',
	'320',
	'-h',
	'240',
	'-fps',
	'15',
	'-g',
	'15',
	'-b',
	'2000000',
	'-pf',
	'main',
	'-lev',
	'4',
	'-ih',
	'-stm',
	'-fl',
	'-o',
	'-',
];
const USB = [
	'-o0',
	'v4l2-ctl',
	'-d',
	'/dev/video0',
	'--set-fmt-video=width=320,height=240,pixelformat=MJPG',
	'--set-parm=15',
	'--stream-mmap=4',
	'--stream-poll',
	'--stream-to-hdr=-',
];
const USB_H264 = USB.map((argument) => argument.replace('MJPG', 'H264'));

/** All folders with fakes of this file. */
const folders: string[] = [];

function fakes(board: Board): FakePrograms {
	const programs = new FakePrograms(board);
	folders.push(programs.folder);
	return programs;
}

interface Played {
	readonly frames: readonly MediaUnit[];
	readonly advice: readonly string[];
	readonly failure: SourceError | undefined;
}

interface Play {
	readonly board: Board;
	readonly tricks?: readonly string[];
	readonly program?: string;
	readonly args: readonly string[];
	/** It is stopped after so many pictures, or when it ends on its own. */
	readonly pictures?: number;
	readonly changes?: Partial<Command>;
}

/** Runs a fake program as the agent runs the real one; nothing of it may be left afterwards. */
async function play({
	board,
	tricks = [],
	program = 'rpicam-vid',
	args,
	pictures = 5,
	changes,
}: Play): Promise<Played> {
	using programs = fakes(board);
	const runFolder = mkdtempSync(join(tmpdir(), 'oriel-run-'));
	try {
		const machine = localMachine({ environment: { ...process.env, ...programs.environment(...tricks) }, runFolder });
		const source = programSource({
			command: command(program, args, changes),
			machine,
			clock: systemClock,
			maxPictureBytes: 4_000_000,
		});
		const [frames, advice]: [MediaUnit[], string[]] = [[], []];
		const abort = new AbortController();
		let failure: SourceError | undefined;
		const frame = (picture: MediaUnit) => {
			frames.push(picture);
			if (frames.length === pictures) abort.abort();
		};
		const sink = {
			frame,
			poster: () => undefined,
			preview: () => undefined,
			advise: (words: string) => void advice.push(words),
		};
		await source.run(sink, abort.signal).catch((thrown) => {
			if (!(thrown instanceof SourceError)) throw thrown;
			failure = thrown;
		});
		expect(processesWith(programs.folder), 'left behind').toEqual([]);
		return { frames, advice, failure };
	} finally {
		rmSync(runFolder, { recursive: true });
	}
}

function command(program: string, args: readonly string[], changes: Partial<Command> = {}): Command {
	return {
		description: `fake camera with ${program}`,
		program,
		arguments: args,
		output: args.includes('--stream-to-hdr=-') ? 'rdhv' : 'stream',
		firstPictureMs: 60_000,
		stallMs: 60_000,
		silenceMs: 8,
		diagnose: diagnosisOf(program, args),
		...changes,
	};
}

function diagnosisOf(program: string, args: readonly string[]): Command['diagnose'] {
	if (program === 'raspivid') return diagnoseRaspivid;
	if (program === 'stdbuf') return (evidence) => diagnoseV4l2Ctl(evidence, '/dev/video0', false);
	return (evidence) => diagnoseRpicam(evidence, true, program, args);
}

function expectPictures({ frames, failure }: Played, codec: 'jpeg' | 'h264'): void {
	expect(failure).toBeUndefined();
	expect(frames.length).toBeGreaterThanOrEqual(5);
	expect(frames[0]).toMatchObject({ key: true, format: { codec, width: 320, height: 240 } });
	for (const { data } of frames) {
		if (codec === 'jpeg') expect(inspectJpeg(data)).toMatchObject({ width: 320, height: 240, hasHuffmanTables: true });
		else expect(nalUnitsOf(data).some((nal) => [1, 5].includes(nalType(nal)))).toBe(true);
	}
}

// Each has its own programs and its own folders, and mostly waits for pictures.
describe.concurrent('a camera program', () => {
	it.each<[name: string, codec: 'jpeg' | 'h264', play: Play]>([
		['Pi 4, MJPEG', 'jpeg', { board: 'ok', args: MJPEG }],
		['Pi 4, H.264', 'h264', { board: 'ok', args: HARDWARE, pictures: 40 }],
		['Pi 5, H.264', 'h264', { board: 'pi5', args: LOW_LATENCY, pictures: 40 }],
		['Pi 5 of 2024, H.264', 'h264', { board: 'pi5-old', args: OLD_PI5 }],
		['Pi 5 without libav, MJPEG', 'jpeg', { board: 'pi5-lite', args: MJPEG }],
		['Bullseye', 'h264', { board: 'bullseye', program: 'libcamera-vid', args: HARDWARE }],
		['Bullseye of 2021', 'jpeg', { board: 'bullseye-2021', program: 'libcamera-vid', args: MJPEG }],
		[
			'the old stack, H.264',
			'h264',
			// It writes a picture in pieces. On a busy machine a silence of 8 ms between two of them is no end of a picture.
			{ board: 'legacy', program: 'raspivid', args: RASPIVID, pictures: 40, changes: { silenceMs: 2000 } },
		],
		['USB, MJPEG', 'jpeg', { board: 'usb', program: 'stdbuf', args: USB }],
		['USB, H.264', 'h264', { board: 'usb', program: 'stdbuf', args: USB_H264 }],
		['a slow start', 'jpeg', { board: 'ok', tricks: ['slow-start'], args: MJPEG }],
		[
			'noise before the first buffer',
			'jpeg',
			{ board: 'usb', tricks: ['garbage-prefix'], program: 'stdbuf', args: USB },
		],
		['truncated pictures', 'jpeg', { board: 'ok', tricks: ['truncated'], args: MJPEG }],
		['truncated buffers', 'jpeg', { board: 'usb', tricks: ['truncated'], program: 'stdbuf', args: USB }],
		['no Huffman tables', 'jpeg', { board: 'ok', tricks: ['no-dht'], args: MJPEG }],
		['no Huffman tables, USB', 'jpeg', { board: 'usb', tricks: ['no-dht'], program: 'stdbuf', args: USB }],
		['padding', 'jpeg', { board: 'ok', tricks: ['padded'], args: MJPEG }],
		['thumbnails', 'jpeg', { board: 'ok', tricks: ['thumbnails'], args: MJPEG }],
		['a flood of words', 'h264', { board: 'ok', tricks: ['stderr-flood'], args: HARDWARE, pictures: 40 }],
		['parameter sets only once', 'h264', { board: 'ok', tricks: ['no-inline'], args: HARDWARE, pictures: 40 }],
	])('gives pictures: %s', async (_, codec, given) => {
		const played = await play(given);
		expectPictures(played, codec);
		// Some more come while it ends.
		const wanted = played.frames.slice(0, given.pictures);
		const keys = wanted.filter(({ key, format }) => key && format.codec === 'h264');
		for (const { data } of keys) expect(nalUnitsOf(data).map(nalType)).toEqual(expect.arrayContaining([7, 8, 5]));
		if (given.pictures === 40) expect(keys.length, 'a key frame every 15 pictures').toBe(3);
	});

	it('may change its size in the middle', async () => {
		const { frames, failure } = await play({ board: 'ok', tricks: ['sps-change@15'], args: HARDWARE, pictures: 20 });
		expect(failure).toBeUndefined();
		const sizes = [...new Set(frames.map(({ format: { width, height } }) => `${width}x${height}`))];
		expect(sizes).toEqual(['320x240', '160x120']);
		expect(frames.find(({ format }) => format.width === 160)?.key).toBe(true);
	});

	it.each<[Play]>([
		[{ board: 'ok', tricks: ['bframes'], args: HARDWARE, pictures: 8 }],
		[{ board: 'pi5', args: [...CAPTURE, ...PI5], pictures: 8 }],
	])('with B-frames is advised against them: %o', async (given) => {
		expect((await play(given)).advice[0]).toMatch(/has B-frames, which delay its pictures/);
	});

	it('that holds its tails back still gives every picture, one late', async () => {
		const unflushed = MJPEG.filter((argument) => argument !== '--flush');
		expectPictures(await play({ board: 'ok', args: unflushed }), 'jpeg');
	});

	const RARELY = [10_000, 30_000];
	const SOON = [1000, 2000];

	it.each<[name: string, reason: object, words: RegExp, play: Play]>([
		[
			'no camera',
			{ fault: 'no-camera', code: 'not-found', waitMs: RARELY },
			/^No camera was found on the connector/,
			{ board: 'ok', tricks: ['nocam'], args: MJPEG },
		],
		[
			'busy',
			{ fault: 'busy', code: 'busy', waitMs: SOON },
			/^Another program is using the camera/,
			{ board: 'ok', tricks: ['busy'], args: MJPEG },
		],
		[
			'no permission',
			{ fault: 'permission', code: 'not-allowed', waitMs: RARELY },
			/^This user may not open the camera/,
			{ board: 'ok', tricks: ['permission'], args: MJPEG },
		],
		[
			'no memory',
			{ fault: 'no-memory', again: 'later' },
			/^There is no memory left for pictures/,
			{ board: 'ok', tricks: ['cma'], args: MJPEG },
		],
		[
			'H.264 on a Pi 5 without its format',
			{ fault: 'needs-libav-format' },
			/--libav-format/,
			{ board: 'pi5', args: HARDWARE },
		],
		[
			'H.264 without libav',
			{ fault: 'no-libav', again: 'later' },
			/sudo apt install rpicam-apps/,
			{ board: 'pi5-lite', args: HARDWARE },
		],
		[
			'too wide for the encoder',
			{ fault: 'encoder-limits' },
			/refuses this size/,
			{ board: 'ok', args: HARDWARE.map((argument) => (argument === '320' ? '2304' : argument)) },
		],
		[
			'a crash',
			{ fault: 'crashed', again: 'soon' },
			/crashed \(terminate called/,
			{ board: 'ok', tricks: ['die@3'], args: MJPEG },
		],
		[
			'the old stack without a camera',
			{ fault: 'no-camera', waitMs: RARELY },
			/^No camera was found on the connector/,
			{ board: 'legacy', tricks: ['nocam'], program: 'raspivid', args: RASPIVID },
		],
		[
			'the old stack, busy',
			{ fault: 'busy', waitMs: SOON },
			/^Another program is using the camera/,
			{ board: 'legacy', tricks: ['busy'], program: 'raspivid', args: RASPIVID },
		],
		[
			'an option of another program',
			{ fault: 'ended', again: 'soon' },
			/code 64.*Invalid command line option \(-q\)/,
			{ board: 'legacy', program: 'raspivid', args: ['-q', '60'] },
		],
		[
			'a USB camera that is not there',
			{ fault: 'no-camera', waitMs: RARELY },
			/There is no camera at \/dev\/video0/,
			{ board: 'usb', tricks: ['unplugged'], program: 'stdbuf', args: USB },
		],
		[
			'a USB camera that is pulled out',
			{ fault: 'unplugged', again: 'soon' },
			/was unplugged/,
			{ board: 'usb', tricks: ['unplug@4'], program: 'stdbuf', args: USB, pictures: 9 },
		],
		[
			'a USB camera that stalls',
			{ fault: 'sensor-timeout', again: 'soon' },
			/stopped sending pictures/,
			{ board: 'usb', tricks: ['stall@4'], program: 'stdbuf', args: USB, pictures: 9 },
		],
		[
			'a USB camera that is in use',
			{ fault: 'busy', waitMs: SOON },
			/^Another program is using the camera/,
			{ board: 'usb', tricks: ['busy'], program: 'stdbuf', args: USB },
		],
		[
			'a camera that times out indefinitely',
			{ fault: 'sensor-timeout', code: 'stalled', again: 'soon' },
			/The camera stopped sending pictures/,
			{ board: 'ok', tricks: ['frontend-timeout'], args: MJPEG, changes: { firstPictureMs: 6000 } },
		],
		[
			'a sensor of the old stack that is dead',
			{ code: 'stalled', again: 'soon' },
			/stopped sending pictures|brought no picture/,
			{
				board: 'legacy',
				tricks: ['sensor-dead', 'slow-start'],
				program: 'raspivid',
				args: RASPIVID,
				changes: { firstPictureMs: 1200 },
			},
		],
		[
			'a camera that stalls, and heeds no SIGINT',
			{ fault: 'stalled', code: 'stalled', again: 'soon' },
			/has brought no picture for/,
			{ board: 'ok', tricks: ['stall@4'], args: MJPEG, pictures: 9, changes: { stallMs: 500 } },
		],
		[
			'a program that is not there',
			{ fault: 'program-missing', code: 'not-found', again: 'later' },
			/sudo apt install/,
			{ board: 'usb', args: MJPEG },
		],
	])('ends with its reason, and when to try again: %s', async (_, reason, words, given) => {
		const { failure } = await play(given);
		expect(failure).toMatchObject(reason);
		expect(failure?.message).toMatch(words);
	});

	it('is busy once, and comes the next time', async () => {
		using programs = fakes('ok');
		const environment = { ...process.env, ...programs.environment('busy-then-ok') };
		const machine = localMachine({ environment, runFolder: programs.folder });
		const source = programSource({
			command: command('rpicam-vid', MJPEG),
			machine,
			clock: systemClock,
			maxPictureBytes: 4_000_000,
		});
		const abort = new AbortController();
		const sink = {
			frame: () => abort.abort(),
			poster: () => undefined,
			preview: () => undefined,
			advise: () => undefined,
		};
		await expect(source.run(sink, abort.signal)).rejects.toMatchObject({ fault: 'busy' });
		await source.run(sink, abort.signal);
		expect(abort.signal.aborted).toBe(true);
		expect(processesWith(programs.folder)).toEqual([]);
	});

	it('is started again without the options that it does not know', async () => {
		const played = await play({
			board: 'bullseye-2021',
			program: 'libcamera-vid',
			args: ['--camera', '0', '--autofocus-mode', 'auto', ...MJPEG],
		});
		expectPictures(played, 'jpeg');
	});

	it.each<[trick: string[], stopsAfterMs: number]>([
		[[], 0],
		[['ignore-sigint'], 2000],
		[['d-state'], 4000],
	])(
		'is stopped at once, or by SIGTERM after 2 s, or by SIGKILL after 4: %j',
		async (tricks, stopsAfterMs) => {
			using programs = fakes('ok');
			const clock = new FakeClock();
			const environment = { ...process.env, ...programs.environment(...tricks) };
			const machine = localMachine({ environment, runFolder: programs.folder });
			const source = programSource({
				command: command('rpicam-vid', MJPEG),
				machine,
				clock,
				maxPictureBytes: 4_000_000,
			});
			const abort = new AbortController();
			let pictures = 0;
			const sink = {
				frame: () => void pictures++,
				poster: () => undefined,
				preview: () => undefined,
				advise: () => undefined,
			};
			let isOver = false;
			const over = source.run(sink, abort.signal).finally(() => {
				isOver = true;
			});
			await until('pictures', () => pictures >= 2);
			abort.abort();
			if (stopsAfterMs > 0) {
				await clock.settle(stopsAfterMs - 1);
				expect(isOver).toBe(false);
				// The first signal goes a turn or two after the wish.
				await clock.settle(100);
			}
			// Time stands still from here: nothing but what was sent so far can end it.
			await over;
			expect(processesWith(programs.folder)).toEqual([]);
			// A fake ends after two minutes, whatever it is told.
		},
		60_000,
	);
});

/** Nothing of the fakes outlives this file. */
it('leaves no camera program behind', async () => {
	await until('all fakes to be gone', () => folders.every((folder) => processesWith(folder).length === 0));
	expect(folders.length).toBeGreaterThan(40);
});
