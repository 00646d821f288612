import type { Clock } from '@oriel/base';
import { millis } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Exchange } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';

/** Asking again makes sense after this many seconds. */
const RETRY_SECONDS = 2;

/** Answers with the newest picture. `Last-Modified` is when it was taken, as far as the relay knows. */
export function sendSnapshot(camera: Camera, { response }: Exchange<unknown>, clock: Clock): void {
	const frame = camera.newest;
	if (!frame) {
		throw new RelayError('no-picture', 'This camera has not sent a picture yet', { retryAfterSeconds: RETRY_SECONDS });
	}
	if (camera.format.codec !== 'jpeg') {
		throw new RelayError(
			'not-supported',
			`This camera sends ${camera.format.codec}; a snapshot of it cannot be made yet`,
		);
	}
	const takenAt = new Date(clock.wall() - millis(clock.now() - frame.capturedAt));
	response.writeHead(200, {
		'content-type': 'image/jpeg',
		'content-length': frame.payload.length,
		'content-disposition': `inline; filename="${camera.name}-${takenAt.toISOString().replaceAll(/[:.]/g, '-')}.jpg"`,
		'last-modified': takenAt.toUTCString(),
	});
	response.end(frame.payload);
}
