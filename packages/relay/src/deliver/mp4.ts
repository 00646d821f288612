import { type Micros, micros } from '@oriel/base';
import {
	buildAvcc,
	DecodeTimes,
	fragmentHead,
	initSegment,
	mp4NalUnits,
	NAL,
	nalType,
	nalUnitsOf,
	parseAvcc,
	parseSps,
	SampleDurations,
	sampleOf,
} from '@oriel/media';
import type { Principal } from '../access/permissions.ts';
import { RelayError } from '../errors/relay-error.ts';
import type { Exchange } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import { type EndlessOptions, streamEndless, type Wrapped, type Wrapping } from './endless.ts';
import { preparedOnce } from './prepare.ts';

/** Ticks a second of the file's clock. That of the relay, so that frames that differ in time differ in the file. */
const TIMESCALE = 1_000_000;
/** What the first frame is said to last of a camera whose rate is not known yet. */
const FRAME: Micros = micros(33);
/** Fragments are numbered from 1 (ISO/IEC 14496-12, 8.8.5); the number has 32 bits. */
const FRAGMENT_NUMBERS = 0xffff_ffff;
/** Asking again makes sense after this many seconds. */
const RETRY_SECONDS = 2;

/**
 * Fragmented MP4 for programs: endless, from a key frame on, a fragment a frame, until the camera's format changes: a file
 * can have only one. Each viewer's file begins at time zero; its frames are copied once for all viewers.
 */
export function streamMp4(camera: Camera, exchange: Exchange<Principal>, options: EndlessOptions): void {
	const { codec } = camera.format;
	if (codec !== 'h264' && !camera.newest) {
		throw new RelayError('no-picture', 'This camera has not sent a picture yet', {
			retryAfterSeconds: RETRY_SECONDS,
		});
	}
	if (codec !== 'h264') {
		throw new RelayError(
			'not-supported',
			`This camera sends ${codec}; stream.mp4 carries H.264 only, stream.mjpg has it`,
		);
	}
	const file = new Mp4File(camera);
	const wrapping: Wrapping = { transport: 'mp4', contentType: 'video/mp4', wrap: (frame) => file.next(frame) };
	streamEndless(camera, exchange, wrapping, options);
}

/** What all frames of a file have in common. */
interface Track {
	/** The parameter sets. */
	readonly avcc: Buffer;
	readonly times: DecodeTimes;
	readonly durations: SampleDurations;
	/** When the file begins, in the relay's clock. */
	readonly epoch: Micros;
}

/** The file of one viewer. */
class Mp4File {
	readonly #camera: Camera;
	/** There from the first frame on, which is a key frame. */
	#track: Track | undefined;
	#fragments = 0;

	constructor(camera: Camera) {
		this.#camera = camera;
	}

	/** Undefined for a frame that this file cannot hold. */
	next(frame: Frame): Wrapped | undefined {
		if (this.#camera.format.codec !== 'h264') return undefined;
		const avcc = frame.key ? avccOf(frame, this.#camera) : this.#track?.avcc;
		if (!avcc || (this.#track && this.#track.avcc.compare(avcc) !== 0)) return undefined;
		const shared = sampleIn(frame, this.#camera);
		if (this.#track) return { own: this.#head(frame, this.#track, shared.length), shared };
		return { own: this.#begin(frame, avcc, shared.length), shared };
	}

	#begin(frame: Frame, avcc: Buffer, size: number): Buffer {
		const [sps = new Uint8Array()] = parseAvcc(avcc).sps;
		const { width, height, maxNumReorderFrames } = parseSps(sps);
		const mayReorder = frame.presentationOffset !== undefined && !this.#camera.isInOrder;
		const depth = mayReorder ? maxNumReorderFrames : 0;
		const { framesPerSecond } = this.#camera;
		const lasts = framesPerSecond > 0 ? Math.round(TIMESCALE / framesPerSecond) : FRAME;
		const start = depth * lasts;
		this.#track = {
			...{ avcc, epoch: shownAt(frame) - start },
			...{ times: new DecodeTimes(depth, lasts), durations: new SampleDurations(lasts) },
		};
		const init = initSegment({ avcc, width, height, timescale: TIMESCALE, start });
		return Buffer.concat([init, this.#head(frame, this.#track, size)]);
	}

	#head(frame: Frame, { times, durations, epoch }: Track, size: number): Buffer {
		const sequence = (this.#fragments++ % FRAGMENT_NUMBERS) + 1;
		const decodeTime = times.next(shownAt(frame) - epoch);
		const duration = durations.next(decodeTime);
		const compositionOffset = shownAt(frame) - epoch - decodeTime;
		return bufferOf(fragmentHead({ sequence, decodeTime, duration, key: frame.key, compositionOffset }, size));
	}
}

function shownAt({ capturedAt, presentationOffset = 0 }: Frame): Micros {
	return capturedAt + presentationOffset;
}

/** The parameter sets of a key frame. */
const avccOf = preparedOnce(({ payload }: Frame): Buffer => {
	const nals = nalUnitsOf(payload);
	const sps = nals.filter((nal) => nalType(nal) === NAL.sps);
	const pps = nals.filter((nal) => nalType(nal) === NAL.pps);
	if (sps.length === 0) throw new RelayError('internal', 'A key frame has no parameter sets');
	return bufferOf(buildAvcc(sps, pps));
});

const sampleIn = preparedOnce(({ payload }: Frame): Buffer => bufferOf(sampleOf(mp4NalUnits(payload))));

/** The same bytes, not a copy of them. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
	return Buffer.from(buffer, byteOffset, byteLength);
}
