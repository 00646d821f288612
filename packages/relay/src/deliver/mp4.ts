import { type Micros, micros } from '@oriel/base';
import { buildAvcc, fragment, initSegment, mp4NalUnits, NAL, nalType, nalUnitsOf, parseSps } from '@oriel/media';
import type { Principal } from '../access/permissions.ts';
import { RelayError } from '../errors/relay-error.ts';
import type { Exchange } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import { type EndlessOptions, streamEndless, type Wrapping } from './endless.ts';
import { preparedOnce } from './prepare.ts';

/** Ticks a second of the file's clock. That of the relay, so that frames that differ in time differ in the file. */
const TIMESCALE = 1_000_000;
/** What a frame is said to last. The next fragment's own time overrules it, so a guess will do. */
const FRAME_TICKS = Math.round(TIMESCALE / 30);
/** Fragments are numbered from 1 (ISO/IEC 14496-12, 8.8.5); the number has 32 bits. */
const FRAGMENT_NUMBERS = 0xffff_ffff;
/** No frame was taken longer before the relay's start than this: a file knows no times before its beginning. */
const MAX_HEAD_START = micros(3_600_000);
/** Asking again makes sense after this many seconds. */
const RETRY_SECONDS = 2;

/** Fragmented MP4 for programs: endless, from a key frame on, one shared fragment a frame. */
export class Mp4Streams {
	readonly #fragmentOf: ReturnType<typeof preparedOnce>;

	/** `startedAt`: before the first frame came, in the relay's clock. */
	constructor(startedAt: Micros) {
		const epoch = startedAt - MAX_HEAD_START;
		this.#fragmentOf = preparedOnce((frame) => fragmentOf(frame, epoch));
	}

	/** Answers with the camera's pictures until its format changes: a file can have only one. */
	stream(camera: Camera, exchange: Exchange<Principal>, options: EndlessOptions): void {
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
		streamEndless(camera, exchange, this.#wrapping(camera), options);
	}

	#wrapping(camera: Camera): Wrapping {
		let sets: Buffer | undefined;
		return {
			transport: 'mp4',
			contentType: 'video/mp4',
			wrap: (frame) => {
				if (camera.format.codec !== 'h264') return undefined;
				const bytes = this.#fragmentOf(frame, camera);
				if (!frame.key) return bytes;
				const next = initOf(frame, camera);
				const isFirst = sets === undefined;
				if (!isFirst && sets?.compare(next) !== 0) return undefined;
				sets = next;
				return isFirst ? Buffer.concat([next, bytes]) : bytes;
			},
		};
	}
}

/** The beginning of a file whose pictures are like this key frame. */
const initOf = preparedOnce(({ payload }: Frame): Buffer => {
	const nals = nalUnitsOf(payload);
	const sps = nals.filter((nal) => nalType(nal) === NAL.sps);
	const pps = nals.filter((nal) => nalType(nal) === NAL.pps);
	const [first] = sps;
	if (!first) throw new RelayError('internal', 'A key frame has no parameter sets');
	const { width, height } = parseSps(first);
	return bufferOf(initSegment({ avcc: buildAvcc(sps, pps), width, height, timescale: TIMESCALE }));
});

function fragmentOf({ sequence, capturedAt, key, payload }: Frame, epoch: Micros): Buffer {
	const decodeTime = Math.max(0, capturedAt - epoch);
	const number = (sequence % FRAGMENT_NUMBERS) + 1;
	const nals = mp4NalUnits(payload);
	return bufferOf(fragment({ sequence: number, decodeTime, duration: FRAME_TICKS, key, nals }));
}

/** The same bytes, not a copy of them. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
	return Buffer.from(buffer, byteOffset, byteLength);
}
