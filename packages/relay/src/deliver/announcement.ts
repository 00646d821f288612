import type { Camera } from '../hub/camera.ts';
import { preparePacket } from '../socket/packet.ts';

interface Prepared {
	readonly revision: number;
	readonly packet: Buffer;
}

/** With the reason why a camera brings no pictures, and without. */
const prepared = { whole: new WeakMap<Camera, Prepared>(), plain: new WeakMap<Camera, Prepared>() };

/**
 * What viewers are told of a camera: what it is and how it fares, in one packet that is made once for all who may know the
 * same. When a thousand viewers and two hundred cameras come back at once, that is two hundred thousand of them.
 */
export function announcementOf(camera: Camera, { withReason }: { readonly withReason: boolean }): Buffer {
	const { revision } = camera;
	const packets = withReason ? prepared.whole : prepared.plain;
	const known = packets.get(camera);
	if (known?.revision === revision) return known.packet;
	const packet = packetOf(camera, withReason);
	packets.set(camera, { revision, packet });
	return packet;
}

function packetOf(camera: Camera, withReason: boolean): Buffer {
	const { number, name, title, run, condition, limited, video } = camera;
	const { keyWaitSeconds } = video;
	const { codec, codecString, width, height } = video.format;
	const { state, since } = condition;
	const reason = withReason ? condition.reason : undefined;
	const facts = {
		name,
		title,
		codec,
		...(codecString === undefined ? {} : { codecString }),
		width,
		height,
		stream: run,
	};
	const why = { ...(reason === undefined ? {} : { reason }), ...(limited === undefined ? {} : { limited }) };
	const wait = keyWaitSeconds === undefined ? {} : { keyFrameSeconds: keyWaitSeconds };
	return preparePacket([
		{ type: 'announce', camera: number, ...facts, capabilities: [] },
		{ type: 'status', camera: number, state, since, ...why, ...wait },
	]);
}
