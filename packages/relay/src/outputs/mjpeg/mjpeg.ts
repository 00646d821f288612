import type { EncodedFrame } from '@oriel/stream';
import type { Principal } from '../../auth/policy.ts';
import type { Track } from '../../core/track.ts';
import { RelayError } from '../../errors/relay-error.ts';
import type { Exchange } from '../../http/route.ts';
import { type EndlessOptions, streamEndless, type Wrapping } from '../endless.ts';
import { preparedOnce } from '../prepare.ts';

const BOUNDARY = 'oriel-picture';

/** The part of one picture. It ends with the next boundary, because browsers show a picture only when they have seen it. */
const partOf = preparedOnce(({ data }: EncodedFrame): Buffer => {
	const head = `Content-Type: image/jpeg\r\nContent-Length: ${data.length}\r\n\r\n`;
	const tail = `\r\n--${BOUNDARY}\r\n`;
	// Slow: outside of the pool of small buffers, of which a small part would keep a whole page for as long as its frame.
	const part = Buffer.allocUnsafeSlow(head.length + data.length + tail.length);
	part.write(head, 0, 'latin1');
	part.set(data, head.length);
	part.write(tail, head.length + data.length, 'latin1');
	return part;
});

/** Answers with an endless multipart body: the newest picture at once, then always the newest next. */
export function streamMjpeg(track: Track, exchange: Exchange<Principal>, options: EndlessOptions): void {
	const { codec } = track.format;
	if (codec !== 'jpeg') {
		throw new RelayError(
			'not-supported',
			`This camera sends ${codec}; stream.mjpg carries JPEG only, stream.mp4 has it`,
		);
	}
	streamEndless(track, exchange, multipartOf(track), options);
}

function multipartOf(track: Track): Wrapping {
	return {
		transport: 'mjpeg',
		contentType: `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
		preamble: Buffer.from(`--${BOUNDARY}\r\n`, 'latin1'),
		wrap: (frame) => (track.format.codec === 'jpeg' ? { shared: partOf(frame, track) } : undefined),
	};
}
