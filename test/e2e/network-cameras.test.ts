import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type MediaUnit, openSource, type Source, SourceError } from '@oriel/agent';
import { systemClock as clock } from '@oriel/base';
import { inspectJpeg, nalType, nalUnitsOf } from '@oriel/media';
import { freePort } from '@oriel/testing/free-port';
import { GstRtspServer } from '@oriel/testing/gst-rtsp-server';
import { Program } from '@oriel/testing/program';
import { RtspCamera } from '@oriel/testing/rtsp-camera';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';

const PICTURE = ['-hide_banner', '-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15'];

/** A source that runs until it ends, or until the block does. */
class Running implements AsyncDisposable {
	readonly frames: MediaUnit[] = [];
	/** How long after its first byte each frame came out, in ms. */
	readonly delays: number[] = [];
	failure: SourceError | undefined;
	readonly #abort = new AbortController();
	readonly #ended: Promise<void>;

	constructor(source: Source) {
		const sink = {
			frame: (frame: MediaUnit) => {
				this.delays.push((clock.now() - frame.capturedAt) / 1000);
				this.frames.push(frame);
			},
			poster: () => undefined,
			preview: () => undefined,
			advise: () => undefined,
		};
		this.#ended = source.run(sink, this.#abort.signal).catch((thrown) => {
			if (!(thrown instanceof SourceError)) throw thrown;
			this.failure = thrown;
		});
	}

	pictures(count: number): Promise<true> {
		return until(`${count} pictures`, () => {
			if (this.failure) throw this.failure;
			return this.frames.length >= count;
		});
	}

	/** Why it ended. */
	async reason(): Promise<SourceError> {
		await this.#ended;
		return this.failure ?? expect.unreachable('it was stopped');
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#abort.abort();
		await this.#ended;
	}
}

function open(spec: string): Source {
	return openSource(spec, { name: 'gate', input: new PassThrough(), clock, random: Math.random });
}

async function temporaryFolder() {
	const path = await mkdtemp(join(tmpdir(), 'oriel-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A real ffmpeg that serves one reader over HTTP. */
async function httpCamera(port: number): Promise<Program> {
	const type = ['-content_type', 'multipart/x-mixed-replace;boundary=ffmpeg'];
	const out = ['-c:v', 'mjpeg', '-q:v', '5', '-f', 'mpjpeg', ...type, '-listen', '1', `http://127.0.0.1:${port}/video`];
	const camera = new Program('ffmpeg', [...PICTURE, ...out]);
	await camera.said(/Input #0/);
	return camera;
}

describe('HTTP MJPEG of a real ffmpeg', () => {
	it('is watched, says when it is switched off, and comes back', async () => {
		const port = await freePort();
		const source = open(`http://127.0.0.1:${port}/video`);
		for (let times = 0; times < 2; times++) {
			await using camera = await httpCamera(port);
			await until('ffmpeg to listen', () => isListening(port));
			const running = new Running(source);
			await running.pictures(10);
			for (const { data } of running.frames) {
				expect(inspectJpeg(data)).toMatchObject({ width: 320, height: 240, hasHuffmanTables: true });
			}
			await camera.end();
			expect((await running.reason()).message).toMatch(
				/^the camera at 127\.0\.0\.1:\d+ broke off in the middle of its answer$|^the connection to 127\.0\.0\.1:\d+ broke/,
			);
		}
		expect((await new Running(source).reason()).message).toMatch(/127\.0\.0\.1:\d+/);
	});
});

/** Whether something listens, without connecting: this ffmpeg serves one guest only. */
async function isListening(port: number): Promise<boolean> {
	const hex = port.toString(16).toUpperCase().padStart(4, '0');
	return new RegExp(`:${hex} 00000000:0000 0A `).test(await readFile('/proc/net/tcp', 'utf8'));
}

describe.concurrent('RTSP', () => {
	it.each(['Basic', 'Digest'] as const)('with %s gives the camera’s own H.264', async (scheme) => {
		await using camera = await RtspCamera.start({ login: { scheme, user: 'admin', password: 'h ü:sh' } });
		await using running = new Running(open(camera.url(`admin:${encodeURIComponent('h ü:sh')}@`)));
		await running.pictures(20);
		expect(camera.signIns).toBeGreaterThan(0);
		const [first] = running.frames;
		expect(first).toMatchObject({ key: true, format: { codec: 'h264', width: 320, height: 240 } });
		expect(nalUnitsOf(first?.data ?? new Uint8Array()).map(nalType)).toEqual(expect.arrayContaining([7, 8, 5]));
	});

	it('gives each picture out when it has come, however slow the camera is', async () => {
		await using camera = await RtspCamera.start({ everySeconds: 2 });
		await using running = new Running(open(camera.url()));
		await running.pictures(2);
		// The first has to wait for the proof that it was whole; none waits for the next.
		expect(Math.max(...running.delays)).toBeLessThan(1500);
	});

	it('with B-frames gives every frame, with the times at which they are shown', async () => {
		await using camera = await RtspCamera.start({ bFrames: 2 });
		await using running = new Running(open(camera.url()));
		await running.pictures(40);
		// RTP says when each is shown; by whole frames later than it is decoded. The first ones show only that it is so.
		const offsets = running.frames
			.slice(10)
			.map(({ presentationOffset = Number.NaN }) => presentationOffset / (1e6 / 15));
		for (const frames of offsets) expect(Math.abs(frames - Math.round(frames))).toBeLessThan(0.02);
		expect([Math.min(...offsets), Math.max(...offsets)].map(Math.round)).toEqual([0, 3]);
		expect(running.frames.slice(10).map(({ key }) => key)).toContain(true);
	});

	it('says that the password is wrong', async () => {
		await using camera = await RtspCamera.start({ login: { scheme: 'Digest', user: 'admin', password: 'hush' } });
		const failure = await new Running(open(camera.url('admin:guess@'))).reason();
		expect(failure).toMatchObject({ again: 'later', code: 'not-allowed' });
		expect(failure.message).toMatch(/does not accept the user name and the password/);
		expect(failure.message).not.toMatch(/guess/);
	});

	it('says that there is no such stream', async () => {
		await using camera = await RtspCamera.start();
		const failure = await new Running(open(camera.url('', '/nowhere'))).reason();
		expect(failure).toMatchObject({ again: 'later', code: 'not-found' });
	});

	it('says that a camera sends HEVC', async () => {
		await using camera = await RtspCamera.start({ codec: 'hevc' });
		const failure = await new Running(open(camera.url())).reason();
		expect(failure).toMatchObject({ again: 'later', code: 'no-picture' });
		expect(failure.message).toMatch(/sends H\.265 \(HEVC\) there, expected H\.264 or JPEG/);
	});

	it('comes back after the camera was unplugged', async () => {
		await using camera = await RtspCamera.start();
		const source = open(camera.url());
		const running = new Running(source);
		await running.pictures(5);
		await camera.unplug();
		expect((await running.reason()).again).toBe('soon');
		expect(await new Running(source).reason()).toMatchObject({ again: 'soon', code: 'refused' });
		await camera.plug();
		await using back = new Running(source);
		await back.pictures(5);
	});
});

describe.concurrent('the RTSP server of GStreamer', () => {
	it('signs us in by Digest, and gives every picture of its file', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'film.flv');
		const film = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15', '-t', '3'];
		const encoded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-bf', '2', '-pix_fmt', 'yuv420p', file];
		await new Program('ffmpeg', ['-hide_banner', '-nostdin', ...film, ...encoded]).ended;
		await using server = await GstRtspServer.start(file, ['admin', 'p#?%ü']);
		const login = `admin:${encodeURIComponent('p#?%ü')}@`;
		await using running = new Running(open(server.url(login)));
		await running.pictures(45);
		expect(running.frames.filter(({ key }) => key)).toHaveLength(3);
		expect(running.frames[0]).toMatchObject({ key: true, format: { codec: 'h264', width: 320, height: 240 } });
		expect(await new Running(open(server.url('admin:guess@'))).reason()).toMatchObject({ code: 'not-allowed' });
		expect(await new Running(open(server.url(login, '/x'))).reason()).toMatchObject({ code: 'not-found' });
	});

	it('gives the JPEGs of its file', async () => {
		await using folder = await temporaryFolder();
		const file = join(folder.path, 'film.avi');
		const film = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15', '-t', '2'];
		const encoded = ['-c:v', 'mjpeg', '-q:v', '4', '-huffman', 'default', '-pix_fmt', 'yuvj420p', file];
		await new Program('ffmpeg', ['-hide_banner', '-nostdin', ...film, ...encoded]).ended;
		await using server = await GstRtspServer.start(file);
		await using running = new Running(open(server.url()));
		await running.pictures(30);
		const pictures = join(folder.path, 'pictures.mjpg');
		await writeFile(pictures, Buffer.concat(running.frames.slice(0, 30).map(({ data }) => data)));
		// What came is what was in the file, to the last bit of each picture.
		expect(await sumOf(pictures)).toBe(await sumOf(file));
	});
});

/** What ffmpeg decodes of the first 30 pictures of a file, as a sum. Says nothing if anything in it is damaged. */
async function sumOf(file: string): Promise<string> {
	const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-xerror'];
	const program = new Program('ffmpeg', [
		...quiet,
		'-i',
		file,
		'-frames:v',
		'30',
		'-fps_mode',
		'passthrough',
		'-f',
		'md5',
		'-',
	]);
	const { code } = await program.ended;
	expect([code, program.stderr]).toEqual([0, '']);
	return program.stdout;
}
