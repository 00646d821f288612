import type { MediaDescription, PayloadFormat, SessionDescription } from '@oriel/media';

/** The track of a session that is taken. */
export interface VideoTrack {
	readonly codec: 'h264' | 'jpeg';
	readonly control: string | undefined;
	readonly payloadType: number;
	/** SPS and PPS, as far as the description has them. */
	readonly parameterSets: readonly Uint8Array[];
}

/** What else cameras send, for people. */
const NAMES: Readonly<Record<string, string>> = {
	H265: 'H.265 (HEVC)',
	HEVC: 'H.265 (HEVC)',
	H266: 'H.266 (VVC)',
	AV1: 'AV1',
	'MP4V-ES': 'MPEG-4 part 2',
	MPV: 'MPEG-1 or MPEG-2',
	MP2T: 'an MPEG transport stream',
	VP8: 'VP8',
	VP9: 'VP9',
	H263: 'H.263',
	'H263-1998': 'H.263',
};

/** The first track of H.264, or else of JPEG; or what the camera sends instead, for people; undefined: no video. */
export function videoTrackIn({ media }: SessionDescription): VideoTrack | string | undefined {
	const videos = media.filter(({ kind }) => kind === 'video');
	for (const codec of ['h264', 'jpeg'] as const) {
		for (const video of videos) {
			const format = video.formats.find((each) => codecOf(each) === codec);
			if (format) return trackOf(codec, video, format);
		}
	}
	const others = videos.flatMap(({ formats }) => formats.map(({ encoding = 'an unnamed codec' }) => encoding));
	return others.length === 0 ? undefined : [...new Set(others.map(nameOf))].join(' and ');
}

/** Some cameras do not say what they send; the parameters tell. */
function codecOf({ encoding, parameters }: PayloadFormat): VideoTrack['codec'] | undefined {
	if (encoding === 'H264' || (encoding === undefined && parameters.has('sprop-parameter-sets'))) return 'h264';
	return encoding === 'JPEG' ? 'jpeg' : undefined;
}

function trackOf(
	codec: VideoTrack['codec'],
	{ control }: MediaDescription,
	{ payloadType, parameters }: PayloadFormat,
): VideoTrack {
	const sets = (parameters.get('sprop-parameter-sets') ?? '').split(',').map((set) => Buffer.from(set, 'base64'));
	return { codec, control, payloadType, parameterSets: sets.map(withoutStartCode).filter((set) => set.length > 0) };
}

function withoutStartCode(set: Buffer): Buffer {
	const one = set.indexOf(1);
	return one >= 2 && one <= 3 && set.subarray(0, one).every((byte) => byte === 0) ? set.subarray(one + 1) : set;
}

function nameOf(encoding: string): string {
	// It is the word of a stranger.
	return NAMES[encoding] ?? encoding.replace(/[^\w. -]/g, '?').slice(0, 30);
}
