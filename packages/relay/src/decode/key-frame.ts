import { execFile } from 'node:child_process';
import { heldBytes, ownedBytes, reasonOf, systemCode } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import type { Poster } from '../core/frame.ts';
import type { Track } from '../core/track.ts';
import { RelayError } from '../errors/relay-error.ts';
import { codedPixelsOf, MAX_DECODED_PIXELS } from './coded-size.ts';
import { onPath } from './program-path.ts';

/** Decoding one picture takes a fraction of a second; a program that takes longer is stuck. */
const TIMEOUT_MS = 5000;
/** Largest JPEG that is taken from the decoder. */
const MAX_JPEG_BYTES = 16 * 1024 * 1024;
/** Decoders that run at once, for all callers and cameras: the others wait for their turn. */
export const MAX_DECODERS = 2;
/** Cameras whose turn has not come: a crowd of snapshots is told to come back. */
export const MAX_WAITING_DECODERS = 32;
/**
 * Memory of one decoder, beside the programs' own files. The kernel keeps it, where there is `prlimit` (util-linux), so
 * that it holds whatever a picture says of itself later.
 */
export const MAX_DECODER_BYTES: number = 256 * 1024 * 1024;
/** Of its address space, most of which is libraries: for kernels that count no private mappings as data (before 4.7). */
const MAX_ADDRESS_SPACE_BYTES = 4 * MAX_DECODER_BYTES;
/** In one piece; the largest of a picture of the largest size is a plane of 16 bits a sample. */
const MAX_ALLOCATION_BYTES = 64 * 1024 * 1024;
/** What `prlimit` exits with if it cannot start the program. */
const NOT_STARTED = 127;

const LIMITS = [`--data=${MAX_DECODER_BYTES}`, `--as=${MAX_ADDRESS_SPACE_BYTES}`, '--core=0', '--'];

const ARGUMENTS = [
	'-hide_banner',
	'-loglevel',
	'error',
	'-max_alloc',
	String(MAX_ALLOCATION_BYTES),
	'-max_pixels',
	String(MAX_DECODED_PIXELS),
	// One picture gains nothing by threads, which cost memory.
	'-threads',
	'1',
	'-f',
	'h264',
	'-i',
	'pipe:0',
	'-frames:v',
	'1',
	'-threads',
	'1',
	'-filter_threads',
	'1',
	// JPEG viewers take pixels for square.
	'-vf',
	'scale=round(iw*sar):ih,setsar=1',
	'-q:v',
	'4',
	'-f',
	'mjpeg',
	'pipe:1',
];

/** Turns key frames into JPEGs with the system's ffmpeg: one at a time a camera, and each frame once. */
export class KeyFrameDecoder {
	readonly #program: string;
	readonly #limiter: string | undefined;
	readonly #running = new WeakMap<Track, Promise<Poster>>();
	readonly #done = new WeakMap<EncodedFrame, Poster>();
	#free = MAX_DECODERS;
	/** One a camera at most. */
	readonly #waiting: (() => void)[] = [];

	/** `program`: what is run; another name only in tests. `limiter`: where `prlimit` is, if it is. */
	constructor(program = 'ffmpeg', limiter = onPath('prlimit')) {
		this.#program = program;
		this.#limiter = limiter;
	}

	/**
	 * The JPEG of `frame`, or of an earlier one of the camera whose decoding is still under way, or, if it has to wait for
	 * its turn, of the newest key frame then. Rejects with RelayError 'not-supported' if there is no ffmpeg, 'no-picture' if
	 * it can make nothing of the frame or the picture is too large, 'busy' if too many wait.
	 */
	jpegOf(track: Track, frame: EncodedFrame): Promise<Poster> {
		const known = this.#done.get(frame);
		if (known) return Promise.resolve(known);
		const running = this.#running.get(track) ?? this.#start(track, frame);
		this.#running.set(track, running);
		return running;
	}

	async #start(track: Track, frame: EncodedFrame): Promise<Poster> {
		try {
			if (this.#free > 0) this.#free--;
			else {
				await this.#turn();
				return await this.#decodeNewest(track);
			}
			return await this.#decodeOnce(track, frame);
		} finally {
			this.#running.delete(track);
		}
	}

	/** Those who wait hold no frame: by the time of their turn it would be old. */
	#decodeNewest(track: Track): Promise<Poster> {
		const { newestKey, format } = track;
		if (newestKey && format.codec === 'h264') return this.#decodeOnce(track, newestKey);
		this.#next();
		return Promise.reject(undecodable('the camera sends none any more', undefined));
	}

	async #decodeOnce(track: Track, frame: EncodedFrame): Promise<Poster> {
		try {
			requireSize(frame.data);
			const data = ownedBytes(await this.#decode(frame.data));
			const jpeg = { capturedAt: frame.capturedAt, data };
			this.#done.set(frame, jpeg);
			track.onCopied(frame, heldBytes(data));
			return jpeg;
		} finally {
			this.#next();
		}
	}

	async #turn(): Promise<void> {
		if (this.#waiting.length >= MAX_WAITING_DECODERS) {
			throw new RelayError('busy', 'Too many snapshots of H.264 cameras wait to be decoded', { retryAfterSeconds: 2 });
		}
		await new Promise<void>((resolve) => this.#waiting.push(resolve));
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
			const limiter = this.#limiter;
			const [program, args] = limiter
				? [limiter, [...LIMITS, this.#program, ...ARGUMENTS]]
				: [this.#program, ARGUMENTS];
			const child = execFile(program, args, options, (failure, stdout, stderr) => {
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
	if (systemCode(failure) === 'ENOENT' || ('code' in failure && failure.code === NOT_STARTED)) {
		const words =
			'A snapshot of an H.264 camera needs ffmpeg on the relay, or a camera that sends posters; there is no ffmpeg here';
		return new RelayError('not-supported', words, { cause: failure });
	}
	return undecodable(stderr.toString('utf8').split('\n', 1)[0] || 'it took too long', failure);
}

/** Before a program is started: what it is given must not decide how much memory it takes. */
function requireSize(h264: Uint8Array): void {
	const pixels = sizeOf(h264);
	if (pixels <= MAX_DECODED_PIXELS) return;
	const words = `The newest key frame has ${pixels} pixels; pictures of up to ${MAX_DECODED_PIXELS} are decoded for snapshots`;
	throw new RelayError('no-picture', `${words}. Let the camera send posters, or smaller pictures.`);
}

function sizeOf(h264: Uint8Array): number {
	try {
		return codedPixelsOf(h264);
	} catch (thrown) {
		throw undecodable(reasonOf(thrown), undefined);
	}
}

function undecodable(seen: string, cause: Error | undefined): RelayError {
	return new RelayError('no-picture', `ffmpeg could not decode the newest key frame: ${seen.slice(0, 200)}`, {
		cause,
		retryAfterSeconds: 2,
	});
}
