// What the holder of one camera's publish key can send too much of.
import { encodeJpeg } from '@oriel/media';
import { type Announce, encode, type Message } from '@oriel/protocol';
import { TestPattern } from '@oriel/testcard';
import type { Attack } from '@oriel/testing/attack';
import { filled, flood, handshake, webSocketFrame } from './flood-client.ts';

/** A picture that a relay passes on. */
const JPEG = encodeJpeg(
	new TestPattern({ width: 160, height: 120, title: 'Flood', camera: 'flood' }).paint({
		time: 0,
		sequence: 0,
		clockText: '',
	}),
	{ quality: 30 },
);

function announce(name: string, more: Partial<Announce> = {}): Uint8Array {
	const facts = { name, title: name, codec: 'jpeg' as const, width: 16, height: 16, stream: 0, capabilities: [] };
	return frame({ type: 'announce', camera: 1, ...facts, ...more });
}

function frame(message: Message): Uint8Array {
	return webSocketFrame(encode(message));
}

/** Announces the camera and sends the same bytes without a pause. */
function sending(connections: number, frames: (camera: string) => readonly Uint8Array[]): Attack {
	return flood({
		connections,
		begin: ({ key, hostileCamera }) => Buffer.concat([Buffer.from(handshake('/agent', key)), announce(hostileCamera)]),
		repeat: ({ hostileCamera }) => filled(...frames(hostileCamera)),
	});
}

/** Trouble with another reason each time: each is something that viewers are told. */
export const statuses: Attack = sending(1, () =>
	['one', 'two'].map((reason) => frame({ type: 'status', camera: 1, state: 'stalled', since: 0, reason })),
);
export const titles: Attack = sending(1, (name) => ['one', 'two'].map((title) => announce(name, { title })));
/** Another size with each picture: viewers must know it before the picture. */
export const formats: Attack = sending(1, (name) =>
	[16, 32].flatMap((width, sequence) => [
		announce(name, { width }),
		frame({ type: 'frame', camera: 1, key: true, sequence, capturedAt: 0, data: JPEG }),
	]),
);
export const codecs: Attack = sending(1, (name) =>
	(['jpeg', 'h264'] as const).map((codec, stream) => announce(name, { codec, stream })),
);
/** Far more pictures a second than any camera makes. */
export const frames: Attack = sending(1, () => [
	frame({ type: 'frame', camera: 1, key: true, sequence: 1, capturedAt: 0, data: JPEG }),
]);
export const brokenFrames: Attack = sending(1, () => [
	frame({ type: 'frame', camera: 1, key: true, sequence: 1, capturedAt: 0, data: Buffer.alloc(1) }),
]);
/** Each connection takes the camera over from the one before. */
export const takeovers: Attack = flood({
	connections: 8,
	begin: ({ key, hostileCamera }) => Buffer.concat([Buffer.from(handshake('/agent', key)), announce(hostileCamera)]),
	repeat: ({ hostileCamera }) => Buffer.from(announce(hostileCamera)),
	waits: true,
});
export const longControls: Attack = sending(1, () => [
	frame({
		type: 'controls',
		camera: 1,
		state: 'ready',
		isChanged: false,
		answers: 0,
		controls: Array.from({ length: 64 }, (_, index) => ({
			name: `control_${index}`,
			label: 'x'.repeat(60),
			kind: 'menu' as const,
			...{ min: 0, max: 31, step: 1, usual: 0, value: 0, restarts: false },
			choices: Array.from({ length: 16 }, (_each, value) => ({ value, label: 'y'.repeat(60) })),
		})),
	}),
]);
