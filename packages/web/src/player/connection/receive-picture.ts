import type { Clock, Micros } from '@oriel/base';
import type { FrameMessage } from '@oriel/wire';
import type { LiveSocket } from './live-socket.ts';
import type { Picture, PictureFormat } from './picture.ts';

/** A camera as far as its pictures must tell it. */
type Origin = PictureFormat & { readonly name: string };

/**
 * A frame as a picture of a camera, whose times of showing are so much ahead of its captures: its age counts from when it
 * was taken, not from when it was sent. Its acknowledgement goes back on the socket that brought it, or nowhere. */
export function receivePicture(
	frame: FrameMessage,
	origin: Origin,
	lead: Micros,
	socket: LiveSocket,
	clock: Clock,
): Picture {
	const { sequence, capturedAt, presentationOffset, payload, key } = frame;
	const takenAt = capturedAt + (presentationOffset ?? 0) - lead;
	let done = false;
	return {
		camera: origin.name,
		sequence,
		key: key || origin.codec === 'jpeg',
		format: origin,
		capturedAt,
		presentationOffset,
		payload,
		arrivedAt: clock.now(),
		ageMs() {
			const ours = socket.offset.toOurs(takenAt);
			return ours === undefined ? undefined : Math.max(0, (clock.now() - ours) / 1000);
		},
		acknowledge(ageMs) {
			if (done) return;
			done = true;
			socket.send({ type: 'ack', camera: frame.camera, sequence, ageMs });
		},
	};
}
