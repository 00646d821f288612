/** The ways to show pictures, the best first. */
export const PLAYBACK_METHODS = ['webcodecs', 'mse', 'jpeg'] as const;
export type PlaybackMethod = (typeof PLAYBACK_METHODS)[number];

/** What the browser has. Found out by asking for the thing itself, never by the browser's name. */
export interface Capabilities {
	/** Whether WebCodecs decodes that codec, e.g. `avc1.42C01E`; undefined where there is no WebCodecs. */
	readonly decodes: ((codec: string) => Promise<boolean>) | undefined;
	/** Whether a media source plays that type, e.g. `video/mp4; codecs="avc1.42C01E"`; undefined where there is none. */
	readonly plays: ((type: string) => boolean) | undefined;
	/** Whether the page came over https or from this machine: only such pages have WebCodecs. */
	readonly secure: boolean;
}

/** Constrained baseline, which everything that knows H.264 at all can decode. */
const PLAINEST = 'avc1.42E01E';

/** The MIME type of a fragmented MP4 with one video track. */
export function mp4Type(codec: string): string {
	return `video/mp4; codecs="${codec}"`;
}

/** The codecs to tell the relay of. */
export function shownCodecs({ decodes, plays }: Capabilities): string[] {
	return decodes || plays?.(mp4Type(PLAINEST)) ? ['jpeg', 'h264'] : ['jpeg'];
}

/** The methods that can show H.264 with that codec string, the best first; only `forced` if that is given. */
export async function h264Methods(
	codec: string,
	{ decodes, plays }: Capabilities,
	forced?: PlaybackMethod,
): Promise<PlaybackMethod[]> {
	const methods: PlaybackMethod[] = [];
	if (await decodes?.(codec)) methods.push('webcodecs');
	if (plays?.(mp4Type(codec))) methods.push('mse');
	return methods.filter((method) => forced === undefined || method === forced);
}

/** The method that an attribute or an address asks for; undefined if it names none. */
export function methodNamed(name: string | null): PlaybackMethod | undefined {
	return PLAYBACK_METHODS.find((method) => method === name);
}
