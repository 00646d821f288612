import type { ControlMessage } from '@oriel/protocol';
import type { Camera } from '../../core/camera.ts';
import type { Track } from '../../core/track.ts';
import { preparePacket } from '../../socket/packet.ts';

/** What one viewer may know of a camera. */
export interface Knowledge {
	/** The reason why it brings no pictures. */
	readonly withReason: boolean;
	/** Its tracks beside `video`. */
	readonly withTracks: boolean;
}

interface Prepared {
	readonly revision: number;
	readonly packet: Buffer;
}

/** By what viewers may know: bit 0 reason, bit 1 tracks. */
const prepared = Array.from({ length: 4 }, () => new WeakMap<Camera, Prepared>());

/**
 * What viewers are told of a camera: what it is and how it fares, in one packet that is made once for all viewers that may
 * know the same. When a thousand viewers and two hundred cameras come back at once, that is two hundred thousand of them.
 */
export function announcementOf(camera: Camera, knows: Knowledge): Buffer {
	const { revision } = camera;
	const packets = prepared[(knows.withReason ? 1 : 0) + (knows.withTracks ? 2 : 0)] as WeakMap<Camera, Prepared>;
	const known = packets.get(camera);
	if (known?.revision === revision) return known.packet;
	const packet = preparePacket(messagesOf(camera, knows));
	packets.set(camera, { revision, packet });
	return packet;
}

function messagesOf(camera: Camera, { withReason, withTracks }: Knowledge): ControlMessage[] {
	const { number, condition, limited, video } = camera;
	const { keyWaitSeconds } = video;
	const { state, since } = condition;
	const reason = withReason ? condition.reason : undefined;
	const why = { ...(reason === undefined ? {} : { reason }), ...(limited === undefined ? {} : { limited }) };
	const wait = keyWaitSeconds === undefined ? {} : { keyFrameSeconds: keyWaitSeconds };
	const others = withTracks ? [...camera.tracks].filter((track) => track !== video) : [];
	return [
		announce(camera, video),
		{ type: 'status', camera: number, state, since, ...why, ...wait },
		...others.map((track) => announce(camera, track)),
	];
}

function announce({ name, title, run, number }: Camera, { id, format }: Track): ControlMessage {
	const { codec, codecString, width, height } = format;
	const shape = { codec, ...(codecString === undefined ? {} : { codecString }), width, height, stream: run };
	const which = id.number === number ? {} : { track: id.name, of: number };
	return { type: 'announce', camera: id.number, name, title, ...shape, ...which, capabilities: [] };
}
