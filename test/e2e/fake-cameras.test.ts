import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import type { Board } from '@oriel/testing/fake-camera/scenario';
import { Program } from '@oriel/testing/program';
import { describe, expect, it } from 'vitest';

/** Whether the fakes are as strict as the real programs: a command line that only they would take proves nothing. */
async function run(board: Board, program: string, args: readonly string[], ...tricks: string[]) {
	using fakes = new FakePrograms(board);
	await using running = new Program(`${fakes.folder}/${program}`, args, { env: fakes.environment(...tricks) });
	const { code, signal } = await running.ended;
	return { code, signal, stdout: running.stdout, stderr: running.stderr };
}

describe.concurrent('the fake rpicam-vid', () => {
	it.each<[Board, string, string]>([
		['bullseye-2021', '--list-cameras', "unrecognised option '--list-cameras'"],
		['bullseye-2021', '--camera', "unrecognised option '--camera'"],
		['bullseye', '--low-latency', "unrecognised option '--low-latency'"],
		['pi5-old', '--low-latency', "unrecognised option '--low-latency'"],
		['pi5-lite', '--libav-format', "unrecognised option '--libav-format'"],
		['ok', '--libav-format h264', "unrecognised option '--libav-format h264'"],
		['ok', 'rpicam', 'too many positional options'],
		['ok', '--width', "the required argument for option '--width' is missing"],
		['ok', '--level=5', 'no such level 5'],
		['ok', '--profile=extended', 'no such profile extended'],
		['ok', '--rotation=90', 'transforms requiring transpose not supported'],
		['ok', '--bitrate=2M', "the argument ('2M') for option '--bitrate' is invalid"],
	])('of %s refuses %s', async (board, argument, words) => {
		const program = board.startsWith('bullseye') ? 'libcamera-vid' : 'rpicam-vid';
		const { code, stderr, stdout } = await run(board, program, [argument]);
		expect([code, stdout]).toEqual([255, '']);
		expect(stderr).toContain(`ERROR: *** ${words}`);
	});

	it('tells its version and its options as the samples have it', async () => {
		expect((await run('pi5-lite', 'rpicam-vid', ['--version'])).stdout).toMatch(
			/^rpicam-apps build: v1\.6\.0 .*\nrpicam-apps capabilites: egl:1 qt:1 drm:1 libav:0\nlibcamera build: v0\.4\.0/,
		);
		expect((await run('bullseye-2021', 'libcamera-vid', ['--version'])).stdout).toMatch(
			/^libcamera-apps build: 2a38ae93f143 21-10-2021/,
		);
		expect((await run('bullseye', 'libcamera-vid', ['--help'])).stdout).not.toContain('low-latency');
	});

	it('ends after five seconds unless it is told otherwise, and flushes then', async () => {
		const short = ['-n', '-t', '300', '--codec', 'mjpeg', '--width', '320', '--height', '240', '-o', '-'];
		const { code, stdout, stderr } = await run('ok', 'rpicam-vid', short);
		expect(code).toBe(0);
		expect(stderr).toContain('Halting: reached timeout of 300 milliseconds.');
		expect(stdout.length).toBeGreaterThan(1000);
	});

	it('holds the tail of a picture back without --flush', async () => {
		using fakes = new FakePrograms('ok');
		const args = ['-n', '-t', '0', '--codec', 'mjpeg', '--width', '320', '--height', '240', '-o', '-'];
		const env = { ...process.env, ...fakes.environment('stall@1') };
		/** All that is in the pipe once the first picture has been written. */
		const first = async (...more: string[]): Promise<Buffer> => {
			const child = spawn(`${fakes.folder}/rpicam-vid`, [...more, ...args], {
				env,
				stdio: ['ignore', 'pipe', 'ignore'],
			});
			const chunks: Buffer[] = [];
			child.stdout.on('data', (chunk: Buffer) => {
				chunks.push(chunk);
				child.kill('SIGKILL');
			});
			await once(child, 'close');
			return Buffer.concat(chunks);
		};
		const [flushed, held] = [await first('--flush'), await first()];
		expect(flushed.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
		expect(held.length % 4096).toBe(0);
		expect(held.length).toBe(4096 * Math.floor(flushed.length / 4096));
		expect(held.subarray(-2)).not.toEqual(Buffer.from([0xff, 0xd9]));
	});

	it('aborts when its output is not read any more, as the real one does', async () => {
		using fakes = new FakePrograms('ok');
		const args = ['-n', '-t', '0', '--codec', 'mjpeg', '--flush', '-o', '-'];
		await using running = new Program(
			'/bin/sh',
			['-c', `${fakes.folder}/rpicam-vid ${args.join(' ')} | head -c 10 >&2`],
			{
				env: fakes.environment(),
			},
		);
		await running.said(/terminate called/);
	});
});

describe.concurrent('the fake raspivid', () => {
	it('knows other options, and other exit codes', async () => {
		expect(await run('legacy', 'raspivid', ['-q', '60'])).toMatchObject({ code: 64 });
		expect(await run('legacy', 'raspivid', ['--camera', '0'])).toMatchObject({ code: 64 });
		expect(await run('legacy', 'raspivid', ['-o', '-'], 'nocam')).toMatchObject({ code: 70 });
	});
});

describe.concurrent('the fake v4l2-ctl', () => {
	it('says so when there is no device, and when it does not know an option', async () => {
		expect(await run('usb', 'v4l2-ctl', ['-d', '/dev/video7', '--list-formats-ext'])).toMatchObject({
			code: 1,
			stderr: 'Cannot open device /dev/video7, exiting.\n',
		});
		expect(await run('usb', 'v4l2-ctl', ['--stream-mmap=4', '--flush'])).toMatchObject({ code: 1 });
	});

	it('says why a camera is busy only while it does not stream', async () => {
		const format = ['-d', '/dev/video0', '--set-fmt-video=width=640,height=480,pixelformat=MJPG'];
		const still = await run('usb', 'v4l2-ctl', format, 'busy');
		expect(still.stdout).toBe('VIDIOC_S_FMT: failed: Device or resource busy\n');
		const streaming = await run('usb', 'v4l2-ctl', [...format, '--stream-mmap=4', '--stream-to=-'], 'busy');
		expect(streaming).toMatchObject({ code: 255, stdout: '', stderr: '' });
	});
});
