/** A maker's address of the full stream, and the path of the small one beside it. */
interface Pattern {
	readonly maker: string;
	readonly path: RegExp;
	/** What replaces the match. */
	readonly sub: string;
}

/** As their makers document them. The query of an address is a part of the path here. */
const PATTERNS: readonly Pattern[] = [
	{ maker: 'Hikvision', path: /^(\/(?:ISAPI\/)?Streaming\/Channels\/\d{1,3})01\/?$/i, sub: '$102' },
	{ maker: 'Hikvision', path: /^(\/(?:h264|mpeg4)\/ch\d{1,3})\/main\/av_stream$/i, sub: '$1/sub/av_stream' },
	{ maker: 'Dahua or Amcrest', path: /^(\/cam\/realmonitor\?channel=\d{1,3})&subtype=0$/i, sub: '$1&subtype=1' },
	{ maker: 'Reolink', path: /^(\/(?:h26[45])?Preview_\d\d)_main$/i, sub: '$1_sub' },
	{ maker: 'Tapo or Kasa', path: /^\/stream1$/i, sub: '/stream2' },
];

export interface SubStream {
	readonly maker: string;
	/** The address, without user name and password. */
	readonly address: string;
}

/** The small stream that a camera with this address most likely has; undefined: the address is of no known shape. */
export function subStreamOf({ protocol, host, pathname, search }: URL): SubStream | undefined {
	const path = `${pathname}${search}`;
	const pattern = PATTERNS.find((one) => one.path.test(path));
	if (!pattern) return undefined;
	return { maker: pattern.maker, address: `${protocol}//${host}${path.replace(pattern.path, pattern.sub)}` };
}
