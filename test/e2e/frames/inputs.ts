import { type Recording, timeCoded, timeCodedFields, timeCodedJpegs } from '@oriel/testing/time-coded';

/** Frames that a camera sends, each with its number as a time code: more than is waited for, on a busy machine too. */
const FRAMES = 300;
/** Frames from one key frame to the next: more than is waited for, and a busy page that loses the rest of one goes on. */
const GROUP = 150;
/** Key frames come in this rhythm alone, not where the picture changes. */
const keysEvery = (group: number) => ['-g', String(group), '-sc_threshold', '0'];
const RATE = 5;

/** What a camera sends, and what is right. */
export interface Input {
	readonly what: string;
	/** A recording, a piece a frame. */
	readonly record: () => Uint8Array[] | Promise<Uint8Array[]>;
	/** Frames a second. */
	readonly rate: number;
	/** Frames of H.264 from one key frame to the next. */
	readonly group: number;
	/** As it is to be seen. */
	readonly size: readonly [width: number, height: number];
	readonly pixelAspect: string;
	/** Whether it is in the middle of a group when its viewer joins. */
	readonly isJoinedLate?: true;
}

const NORMAL = { rate: RATE, group: GROUP, size: [320, 192], pixelAspect: '1:1' } as const;

function x264(camera: string, more: Partial<Recording> = {}): Promise<Uint8Array[]> {
	return timeCoded(camera, { pictures: FRAMES, framesPerSecond: RATE, x264: keysEvery(GROUP), ...more });
}

/** By the name of the camera. */
export const INPUTS: Readonly<Record<string, Input>> = {
	flv: { ...NORMAL, what: 'B-frames as x264 makes them, in FLV', record: () => x264('flv', { container: 'flv' }) },
	bare: { ...NORMAL, what: 'B-frames as x264 makes them, bare', record: () => x264('bare') },
	sar: {
		...NORMAL,
		what: 'pixels of 2:1, B-frames and short groups',
		record: () => x264('sar', { x264: ['-vf', 'setsar=2', ...keysEvery(12)] }),
		group: 12,
		size: [640, 192],
		pixelAspect: '2:1',
	},
	paff: {
		...NORMAL,
		what: 'two field pictures a frame (PAFF)',
		record: () => timeCodedFields('paff', FRAMES, GROUP),
		rate: 10,
		size: [160, 64],
		// Its parameter sets do not say that frames are shown as they come. Until 16 have, stream.mp4 reckons with 16 that do
		// not, and VLC gives up the ones behind them.
		isJoinedLate: true,
	},
	rare: {
		...NORMAL,
		what: 'a key frame every 25 s at 10 frames a second',
		// More than one group: a page that was too busy for the rest of one goes on with the next.
		record: () => x264('rare', { pictures: 600, framesPerSecond: 10, x264: keysEvery(250) }),
		rate: 10,
		group: 250,
		isJoinedLate: true,
	},
	jpeg: { ...NORMAL, what: 'JPEG', record: () => timeCodedJpegs('jpeg', FRAMES) },
};

export const CAMERAS: readonly string[] = Object.keys(INPUTS);
/** Those that send H.264. */
export const H264_CAMERAS: readonly string[] = CAMERAS.filter((camera) => camera !== 'jpeg');
