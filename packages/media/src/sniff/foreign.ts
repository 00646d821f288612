/** Beginnings that tell what cannot be taken, by name, at an offset. The names go on where "This looks like" ends. */
const SIGNATURES = [
	['a PNG picture', 0, '\x89PNG'],
	['a GIF picture', 0, 'GIF8'],
	['a JPEG 2000 picture', 4, 'jP  '],
	['an AVIF or HEIC picture', 4, 'ftypavif'],
	['an AVIF or HEIC picture', 4, 'ftyphei'],
	['an AVIF or HEIC picture', 4, 'ftypmif1'],
	['a QuickTime (MOV) file', 4, 'ftypqt'],
	['an MP4 file', 4, 'ftyp'],
	['an MP4 file', 4, 'styp'],
	['an MP4 file', 4, 'moov'],
	['an MP4 file', 4, 'moof'],
	['an MP4 file', 4, 'mdat'],
	['a WebM or Matroska file', 0, '\x1a\x45\xdf\xa3'],
	['an Ogg file', 0, 'OggS'],
	['an AV1 stream', 8, 'AV01'],
	['a VP8 stream', 8, 'VP80'],
	['a VP9 stream', 8, 'VP90'],
	['an AV1 stream', 0, '\x12\0\x0a'],
	['an ASF or WMV file', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
	['raw pictures (Y4M)', 0, 'YUV4MPEG2'],
	['RTP packets (RTSP interleaved)', 0, '$\0\0'],
	['an RTSP conversation', 0, 'RTSP/1.'],
	['a compressed file (gzip)', 0, '\x1f\x8b\x08'],
] as const;

/** What came instead of pictures, in words for an error text: "This looks like an MP4 file". */
export type Foreign =
	| (typeof SIGNATURES)[number][0]
	| 'an AVI or WebP file'
	| 'an MPEG transport stream'
	| 'an MPEG program stream'
	| 'an MPEG-1 or MPEG-2 video stream'
	| 'an MPEG-4 part 2 video stream'
	| 'an H.265 (HEVC) stream'
	| 'an H.266 (VVC) stream'
	| 'an RTSP conversation'
	| 'text: a web page (HTML)'
	| 'text';

/** Packets of a transport stream, bare, with a time before each (M2TS), or with 16 bytes of correction. */
const PACKET_BYTES = [188, 192, 204] as const;
const SYNC = 0x47;

/** The container or picture format that these bytes begin with. Containers come before pictures: an AVI file may hold a JPEG. */
export function sniffForeign(head: Uint8Array): Foreign | undefined {
	for (const [name, at, letters] of SIGNATURES) {
		if (!startsWith(head, letters, at)) continue;
		// The letters behind an IVF header are only that behind its own.
		if (at === 8 && !startsWith(head, 'DKIF', 0)) continue;
		return name;
	}
	if (startsWith(head, 'RIFF', 0) && (startsWith(head, 'AVI ', 8) || startsWith(head, 'WEBP', 8))) {
		return 'an AVI or WebP file';
	}
	return isTransportStream(head) ? 'an MPEG transport stream' : undefined;
}

/** Two packets where the stream begins with one, three where it begins in the middle of one. */
function isTransportStream(head: Uint8Array): boolean {
	return PACKET_BYTES.some((size) => {
		for (let at = head.indexOf(SYNC); at >= 0 && at < size; at = head.indexOf(SYNC, at + 1)) {
			const isAtStart = at === (size === 192 ? 4 : 0);
			if (head[at + size] === SYNC && (isAtStart || head[at + 2 * size] === SYNC)) return true;
		}
		return false;
	});
}

/** Whether the letters, one byte each, stand at `at`. */
export function startsWith(head: Uint8Array, letters: string, at: number): boolean {
	for (let index = 0; index < letters.length; index++) {
		if (head[at + index] !== letters.charCodeAt(index)) return false;
	}
	return true;
}
