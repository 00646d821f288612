import { type Clock, type Micros, type Millis, millis } from '@oriel/base';
import type { FrameMessage } from '@oriel/wire';
import type { DeviceLoad } from './device-load.ts';
import type { LiveSocket } from './live-socket.ts';
import type { Picture, PictureFormat } from './picture.ts';

/** A camera as far as its pictures must tell it. */
type Origin = PictureFormat & { readonly name: string };

/** The age of the newest picture that was shown and has not been told to the relay, for each camera. */
export type ShownAges = Map<string, Millis>;

export interface Receipt {
	readonly socket: LiveSocket;
	readonly clock: Clock;
	readonly load: DeviceLoad;
	readonly ages: ShownAges;
	/** How far the camera's times of showing are ahead of its captures: ages count from when a picture was taken. */
	readonly lead: Micros;
}

/**
 * A frame as a picture of a camera. It is acknowledged here, before anything is done with it: the time of the
 * acknowledgement is what the relay measures the path by, and decoding and drawing are no part of the path.
 */
export function receivePicture(
	frame: FrameMessage,
	origin: Origin,
	{ socket, clock, load, ages, lead }: Receipt,
): Picture {
	const { sequence, capturedAt, presentationOffset, payload, key } = frame;
	const takenAt = capturedAt + (presentationOffset ?? 0) - lead;
	const { heldMs } = socket;
	const arrivedAt = clock.now();
	socket.send({
		type: 'ack',
		camera: frame.camera,
		sequence,
		ageMs: ages.get(origin.name),
		...(heldMs > 0 && { heldMs }),
	});
	ages.delete(origin.name);
	load.arrived(arrivedAt);
	let done = false;
	return {
		camera: origin.name,
		sequence,
		key: key || origin.codec === 'jpeg',
		format: origin,
		capturedAt,
		presentationOffset,
		payload,
		arrivedAt,
		ageMs() {
			const ours = socket.offset.toOurs(takenAt);
			return ours === undefined ? undefined : Math.max(0, (clock.now() - ours) / 1000);
		},
		settle(ageMs) {
			if (done) return;
			done = true;
			if (ageMs === undefined) return;
			load.shown(heldMs + millis(clock.now() - arrivedAt));
			ages.set(origin.name, ageMs);
		},
	};
}
