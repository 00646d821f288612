import type { Principal } from '../access/permissions.ts';
import { RelayError } from '../errors/relay-error.ts';
import type { Exchange } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';
import { type EndlessOptions, streamEndless, type Wrapping } from './endless.ts';
import { preparedOnce } from './prepare.ts';

const BOUNDARY = 'oriel-picture';

/** The part of one picture. It ends with the next boundary, because browsers show a picture only when they have seen it. */
const partOf = preparedOnce(({ payload }: Frame): Buffer => {
	const head = `Content-Type: image/jpeg\r\nContent-Length: ${payload.length}\r\n\r\n`;
	const tail = `\r\n--${BOUNDARY}\r\n`;
	// Slow: outside of the pool of small buffers, of which a small part would keep a whole page for as long as its frame.
	const part = Buffer.allocUnsafeSlow(head.length + payload.length + tail.length);
	part.write(head, 0, 'latin1');
	part.set(payload, head.length);
	part.write(tail, head.length + payload.length, 'latin1');
	return part;
});

/** Answers with an endless multipart body: the newest picture at once, then always the newest next. */
export function streamMjpeg(camera: Camera, exchange: Exchange<Principal>, options: EndlessOptions): void {
	const { codec } = camera.format;
	if (codec !== 'jpeg') {
		throw new RelayError(
			'not-supported',
			`This camera sends ${codec}; stream.mjpg carries JPEG only, stream.mp4 has it`,
		);
	}
	streamEndless(camera, exchange, multipartOf(camera), options);
}

function multipartOf(camera: Camera): Wrapping {
	return {
		transport: 'mjpeg',
		contentType: `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
		preamble: Buffer.from(`--${BOUNDARY}\r\n`, 'latin1'),
		wrap: (frame) => (camera.format.codec === 'jpeg' ? { shared: partOf(frame, camera) } : undefined),
	};
}
