import type { Clock } from '@oriel/base';
import type { FrameMessage } from '@oriel/wire';
import type { LiveSocket } from './live-socket.ts';
import type { Picture } from './picture.ts';

/** A frame as a picture of a camera. Its acknowledgement goes back on the socket that brought it, or nowhere. */
export function receivePicture(frame: FrameMessage, camera: string, socket: LiveSocket, clock: Clock): Picture {
	const { sequence, capturedAt, payload } = frame;
	let done = false;
	return {
		camera,
		sequence,
		capturedAt,
		payload,
		arrivedAt: clock.now(),
		ageMs() {
			const ours = socket.offset.toOurs(capturedAt);
			return ours === undefined ? undefined : Math.max(0, (clock.now() - ours) / 1000);
		},
		acknowledge(ageMs) {
			if (done) return;
			done = true;
			socket.send({ type: 'ack', camera: frame.camera, sequence, ageMs });
		},
	};
}
