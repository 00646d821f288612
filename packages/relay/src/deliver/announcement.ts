import type { Camera } from '../hub/camera.ts';
import { preparePacket } from '../socket/packet.ts';

const prepared = new WeakMap<Camera, { readonly revision: number; readonly packet: Buffer }>();

/**
 * What viewers are told of a camera: what it is and how it fares, in one packet that is made once for all of them. When a
 * thousand viewers and two hundred cameras come back at once, that is two hundred thousand of them.
 */
export function announcementOf(camera: Camera): Buffer {
	const { revision } = camera;
	const known = prepared.get(camera);
	if (known?.revision === revision) return known.packet;
	const packet = packetOf(camera);
	prepared.set(camera, { revision, packet });
	return packet;
}

function packetOf({ number, name, title, stream, condition, format, limited, keyWaitSeconds }: Camera): Buffer {
	const { codec, codecString, width, height } = format;
	const { state, since, reason } = condition;
	const facts = { name, title, codec, ...(codecString === undefined ? {} : { codecString }), width, height, stream };
	const why = { ...(reason === undefined ? {} : { reason }), ...(limited === undefined ? {} : { limited }) };
	const wait = keyWaitSeconds === undefined ? {} : { keyFrameSeconds: keyWaitSeconds };
	return preparePacket([
		{ type: 'announce', camera: number, ...facts, capabilities: [] },
		{ type: 'status', camera: number, state, since, ...why, ...wait },
	]);
}
