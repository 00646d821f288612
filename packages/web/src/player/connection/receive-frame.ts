import { type Clock, type Millis, millis } from '@oriel/base';
import { type EncodedFrame, presentationTime } from '@oriel/stream';
import type { DeviceLoad } from './device-load.ts';
import type { LiveSocket } from './live-socket.ts';
import type { ReceivedFrame } from './received-frame.ts';
import { type TrackKey, trackKey } from './track-key.ts';

/** The age of the newest frame that was displayed and has not been told to the relay, for each track. */
export type ShownAges = Map<TrackKey, Millis>;

export interface Receipt {
	readonly socket: LiveSocket;
	readonly clock: Clock;
	readonly load: DeviceLoad;
	readonly ages: ShownAges;
	/** How far the camera's presentation times are ahead of its captures: ages count from when a picture was taken. */
	readonly lead: number;
}

/**
 * Acknowledges a frame before anything is done with it: the time of the acknowledgement is what the relay measures the path
 * by, and decoding and drawing are no part of the path.
 */
export function receiveFrame(frame: EncodedFrame, { socket, clock, load, ages, lead }: Receipt): ReceivedFrame {
	const { track, sequence, receivedAt } = frame;
	const takenAt = presentationTime(frame) - lead;
	const key = trackKey(track.camera, track.name);
	const { heldMs } = socket;
	socket.send({
		type: 'ack',
		camera: track.number,
		sequence,
		ageMs: ages.get(key),
		...(heldMs > 0 && { heldMs }),
	});
	ages.delete(key);
	load.arrived(receivedAt);
	let done = false;
	return {
		...frame,
		ageMs() {
			const ours = socket.offset.toOurs(takenAt);
			return ours === undefined ? undefined : Math.max(0, (clock.now() - ours) / 1000);
		},
		settle(ageMs) {
			if (done) return;
			done = true;
			if (ageMs === undefined) return;
			load.shown(heldMs + millis(clock.now() - receivedAt));
			ages.set(key, ageMs);
		},
	};
}
