import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { type Frame, openSource, type Source, SourceError } from '@oriel/agent';
import { systemClock as clock } from '@oriel/base';
import { inspectJpeg, nalType, nalUnitsOf } from '@oriel/media';
import { freePort } from '@oriel/testing/free-port';
import { Program } from '@oriel/testing/program';
import { RtspCamera } from '@oriel/testing/rtsp-camera';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';

const PICTURE = ['-hide_banner', '-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15'];

/** A source that runs until it ends, or until the block does. */
class Running implements AsyncDisposable {
	readonly frames: Frame[] = [];
	failure: SourceError | undefined;
	readonly #abort = new AbortController();
	readonly #ended: Promise<void>;

	constructor(source: Source) {
		const sink = {
			frame: (frame: Frame) => void this.frames.push(frame),
			poster: () => undefined,
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
			for (const { bytes } of running.frames) {
				expect(inspectJpeg(bytes)).toMatchObject({ width: 320, height: 240, hasHuffmanTables: true });
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
		expect(nalUnitsOf(first?.bytes ?? new Uint8Array()).map(nalType)).toEqual(expect.arrayContaining([7, 8, 5]));
	});

	it('says that the password is wrong', async () => {
		await using camera = await RtspCamera.start({ login: { scheme: 'Digest', user: 'admin', password: 'hush' } });
		const failure = await new Running(open(camera.url('admin:guess@'))).reason();
		expect(failure).toMatchObject({ again: 'later', fault: 'wrong-password' });
		expect(failure.message).toMatch(/refuses the user name or password/);
		expect(failure.message).not.toMatch(/guess/);
	});

	it('says that there is no such stream', async () => {
		await using camera = await RtspCamera.start();
		const failure = await new Running(open(camera.url('', '/nowhere'))).reason();
		expect(failure).toMatchObject({ again: 'later', fault: 'not-found' });
	});

	it('says that a camera sends HEVC', async () => {
		await using camera = await RtspCamera.start({ codec: 'hevc' });
		expect(await new Running(open(camera.url())).reason()).toMatchObject({ again: 'later', fault: 'not-h264' });
	});

	it('comes back after the camera was unplugged', async () => {
		await using camera = await RtspCamera.start();
		const source = open(camera.url());
		const running = new Running(source);
		await running.pictures(5);
		await camera.unplug();
		expect((await running.reason()).again).toBe('soon');
		expect(await new Running(source).reason()).toMatchObject({ again: 'soon', fault: 'refused' });
		await camera.plug();
		await using back = new Running(source);
		await back.pictures(5);
	});
});
