import { execFile } from 'node:child_process';
import { systemCode } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Camera } from '../hub/camera.ts';
import type { Frame, Poster } from '../hub/frame.ts';

/** Decoding one picture takes a fraction of a second; a program that takes longer is stuck. */
const TIMEOUT_MS = 5000;
/** Largest JPEG that is taken from the decoder. */
const MAX_JPEG_BYTES = 16 * 1024 * 1024;
/** Decoders that run at once, whoever asks for how many cameras: the others wait for their turn. */
export const MAX_DECODERS = 2;

const ARGUMENTS = [
	'-hide_banner',
	'-loglevel',
	'error',
	// One picture gains nothing by threads, which cost memory.
	'-threads',
	'1',
	'-f',
	'h264',
	'-i',
	'pipe:0',
	'-frames:v',
	'1',
	'-q:v',
	'4',
	'-f',
	'mjpeg',
	'pipe:1',
];

/** Turns key frames into JPEGs with the system's ffmpeg: one at a time a camera, and each frame once. */
export class KeyFrameDecoder {
	readonly #program: string;
	readonly #running = new WeakMap<Camera, Promise<Poster>>();
	readonly #done = new WeakMap<Frame, Poster>();
	#free = MAX_DECODERS;
	/** One a camera at most. */
	readonly #waiting: (() => void)[] = [];

	/** `program`: what is run; another name only in tests. */
	constructor(program = 'ffmpeg') {
		this.#program = program;
	}

	/**
	 * The JPEG of `frame`, or of an earlier one of the camera whose decoding is still under way. Rejects with RelayError
	 * 'not-supported' if there is no ffmpeg, 'no-picture' if it can make nothing of the frame.
	 */
	jpegOf(camera: Camera, frame: Frame): Promise<Poster> {
		const known = this.#done.get(frame);
		if (known) return Promise.resolve(known);
		const running = this.#running.get(camera) ?? this.#start(camera, frame);
		this.#running.set(camera, running);
		return running;
	}

	async #start(camera: Camera, frame: Frame): Promise<Poster> {
		await this.#turn();
		try {
			const jpeg = { capturedAt: frame.capturedAt, payload: await this.#decode(frame.payload) };
			this.#done.set(frame, jpeg);
			return jpeg;
		} finally {
			this.#running.delete(camera);
			this.#next();
		}
	}

	async #turn(): Promise<void> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	#next(): void {
		const next = this.#waiting.shift();
		if (next) next();
		else this.#free++;
	}

	#decode(h264: Uint8Array): Promise<Buffer> {
		return new Promise((resolve, reject) => {
			const options = {
				encoding: 'buffer',
				timeout: TIMEOUT_MS,
				killSignal: 'SIGKILL',
				maxBuffer: MAX_JPEG_BYTES,
			} as const;
			const child = execFile(this.#program, ARGUMENTS, options, (failure, stdout, stderr) => {
				if (failure) reject(explain(failure, stderr));
				else if (stdout.length === 0) reject(undecodable('it gave no picture', undefined));
				else resolve(stdout);
			});
			// A decoder that ends early is told of by its exit.
			child.stdin?.on('error', () => {});
			child.stdin?.end(h264);
		});
	}
}

function explain(failure: Error, stderr: Buffer): RelayError {
	if (systemCode(failure) === 'ENOENT') {
		const words =
			'A snapshot of an H.264 camera needs ffmpeg on the relay, or a camera that sends posters; there is no ffmpeg here';
		return new RelayError('not-supported', words, { cause: failure });
	}
	return undecodable(stderr.toString('utf8').split('\n', 1)[0] || 'it took too long', failure);
}

function undecodable(seen: string, cause: Error | undefined): RelayError {
	return new RelayError('no-picture', `ffmpeg could not decode the newest key frame: ${seen.slice(0, 200)}`, {
		cause,
		retryAfterSeconds: 2,
	});
}
