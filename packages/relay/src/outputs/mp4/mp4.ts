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
import { type EncodedFrame, presentationTime, sequenceDistance } from '@oriel/stream';
import type { Principal } from '../../auth/policy.ts';
import type { Track } from '../../core/track.ts';
import { RelayError } from '../../errors/relay-error.ts';
import type { Exchange } from '../../http/route.ts';
import { type EndlessOptions, streamEndless, type Wrapped, type Wrapping } from '../endless.ts';
import { preparedOnce } from '../prepare.ts';

/** Ticks a second of the file's clock. That of the relay, so that frames that differ in time differ in the file. */
const TIMESCALE = 1_000_000;
/** What the first frame is said to last of a camera whose rate is not known yet. */
const FRAME: Micros = micros(33);
/** A rate that one frame alone makes, and that says nothing. */
const LEAST_RATE = 0.5;
/** Fragments are numbered from 1 (ISO/IEC 14496-12, 8.8.5); the number has 32 bits. */
const FRAGMENT_NUMBERS = 0xffff_ffff;
/** Asking again makes sense after this many seconds. */
const RETRY_SECONDS = 2;

/**
 * Fragmented MP4 for programs: endless, from a key frame on, a fragment a frame, until the camera's format changes: a file
 * can have only one. Each viewer's file begins at time zero; its frames are copied once for all viewers.
 */
export function streamMp4(track: Track, exchange: Exchange<Principal>, options: EndlessOptions): void {
	const { codec } = track.format;
	if (codec !== 'h264' && !track.newest) {
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
	const file = new Mp4File(track);
	const wrapping: Wrapping = { transport: 'mp4', contentType: 'video/mp4', wrap: (frame) => file.next(frame) };
	streamEndless(track, exchange, wrapping, options);
}

/** What all frames of a file have in common. */
interface FileTimes {
	/** The parameter sets. */
	readonly avcc: Buffer;
	readonly times: DecodeTimes;
	readonly durations: SampleDurations;
	/** When the file begins, in the relay's clock. */
	readonly epoch: Micros;
}

/** The file of one viewer. */
class Mp4File {
	readonly #track: Track;
	/** There from the first frame on, which is a key frame. */
	#file: FileTimes | undefined;
	#fragments = 0;

	constructor(track: Track) {
		this.#track = track;
	}

	/** Undefined for a frame that this file cannot hold. */
	next(frame: EncodedFrame): Wrapped | undefined {
		if (this.#track.format.codec !== 'h264') return undefined;
		const avcc = frame.key ? avccOf(frame, this.#track) : this.#file?.avcc;
		if (!avcc || (this.#file && this.#file.avcc.compare(avcc) !== 0)) return undefined;
		const shared = sampleIn(frame, this.#track);
		if (this.#file) return { own: this.#head(frame, this.#file, shared.length), shared };
		return { own: this.#begin(frame, avcc, shared.length), shared };
	}

	#begin(frame: EncodedFrame, avcc: Buffer, size: number): Buffer {
		const [sps = new Uint8Array()] = parseAvcc(avcc).sps;
		const { width, height, maxNumReorderFrames } = parseSps(sps);
		const mayReorder = frame.presentationOffset !== undefined && !this.#track.isInOrder;
		const depth = mayReorder ? maxNumReorderFrames : 0;
		const lasts = this.#gapAfter(frame);
		const start = depth * lasts;
		this.#file = {
			...{ avcc, epoch: presentationTime(frame) - start },
			...{ times: new DecodeTimes(depth, lasts), durations: new SampleDurations(lasts) },
		};
		const init = initSegment({ avcc, width, height, timescale: TIMESCALE, start });
		return Buffer.concat([init, this.#head(frame, this.#file, size)]);
	}

	/**
	 * About how long a frame lasts, told from those that followed the key frame. The rate of the last seconds tells it only
	 * of a camera that was there all the time: of one that has just begun, or was woken for this viewer, it counts one frame
	 * in two seconds. VLC believes that, thinks it has two seconds in hand, and gives the next frames up as late.
	 */
	#gapAfter(key: EncodedFrame): Micros {
		const { newest, framesPerSecond } = this.#track;
		const followed = newest ? sequenceDistance(newest.sequence, key.sequence) : 0;
		if (newest && followed > 0) return Math.max(1, Math.round((newest.capturedAt - key.capturedAt) / followed));
		const isKnown = framesPerSecond > LEAST_RATE;
		return isKnown ? Math.round(TIMESCALE / framesPerSecond) : FRAME;
	}

	#head(frame: EncodedFrame, { times, durations, epoch }: FileTimes, size: number): Buffer {
		const sequence = (this.#fragments++ % FRAGMENT_NUMBERS) + 1;
		const decodeTime = times.next(presentationTime(frame) - epoch);
		const duration = durations.next(decodeTime);
		const compositionOffset = presentationTime(frame) - epoch - decodeTime;
		return bufferOf(fragmentHead({ sequence, decodeTime, duration, key: frame.key, compositionOffset }, size));
	}
}

/** The parameter sets of a key frame. */
const avccOf = preparedOnce(({ data }: EncodedFrame): Buffer => {
	const nals = nalUnitsOf(data);
	const sps = nals.filter((nal) => nalType(nal) === NAL.sps);
	const pps = nals.filter((nal) => nalType(nal) === NAL.pps);
	if (sps.length === 0) throw new RelayError('internal', 'A key frame has no parameter sets');
	return bufferOf(buildAvcc(sps, pps));
});

const sampleIn = preparedOnce(({ data }: EncodedFrame): Buffer => bufferOf(sampleOf(mp4NalUnits(data))));

/** The same bytes, not a copy of them. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
	return Buffer.from(buffer, byteOffset, byteLength);
}
