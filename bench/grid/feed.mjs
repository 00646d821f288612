// `feed.mjs WS_URL VIDEO PREVIEW CAMERA=KEY …`: cameras in one process, each playing the same recorded streams as an agent does. PREVIEW `-`: none.
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { systemClock } from '../../packages/base/dist/index.js';
import { openReader } from '../../packages/media/dist/index.js';
import { decode, encode, PROTOCOL_VERSION, SUBPROTOCOL } from '../../packages/protocol/dist/index.js';

const FPS = 15;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;
const VIDEO = 1;
const PREVIEW = 2;
const [url, video, preview, ...cameras] = process.argv.slice(2);
const clips = { [VIDEO]: clipOf(video), ...(preview === '-' ? {} : { [PREVIEW]: clipOf(preview) }) };

for (const [index, camera] of cameras.entries()) {
	const [name, key] = camera.split('=');
	publish(name, key, (index * 1000) / FPS / cameras.length);
}

/** The frames of a file, ready to be sent. */
function clipOf(file) {
	const codec = file.endsWith('.h264') ? 'h264' : 'jpeg';
	const reader = openReader(codec, { maxBytes: MAX_FRAME_BYTES });
	const frames = [...reader.push(readFileSync(file)), ...reader.flush()];
	const { codecString, width, height } = frames[0].format;
	return {
		frames: frames.map(({ key, bytes }) => ({ key, data: bytes })),
		format: { codec, codecString, width, height },
	};
}

function publish(name, key, delayMs) {
	const socket = new WebSocket(url, SUBPROTOCOL, {
		headers: { authorization: `Bearer ${key}` },
		perMessageDeflate: false,
	});
	const send = (message) => socket.send(encode(message));
	const paused = new Set();
	const next = { [VIDEO]: 0, [PREVIEW]: 0 };
	socket.on('open', () => {
		send({ type: 'hello', version: PROTOCOL_VERSION, software: 'bench', capabilities: ['tracks'] });
		for (const [number, { format }] of Object.entries(clips)) send(announce(name, Number(number), format));
		setTimeout(() => setInterval(beat, 1000 / FPS), delayMs);
	});
	socket.on('message', (bytes) => {
		for (const message of decode(bytes)) {
			const now = systemClock.now();
			if (message.type === 'ping') send({ type: 'pong', pingSentAt: message.sentAt, receivedAt: now, sentAt: now });
			if (message.type === 'request' && message.want === 'pause') paused.add(message.camera);
			if (message.type === 'request' && message.want === 'resume') {
				paused.delete(message.camera);
				replay(message.camera);
			}
		}
	});
	socket.on('error', (failure) => {
		console.error(failure.message);
		process.exit(1);
	});

	/** As an agent: the newest GOP goes out at once. */
	function replay(number) {
		const { frames } = clips[number];
		let from = (next[number] - 1 + frames.length) % frames.length;
		while (!frames[from].key) from--;
		const until = next[number];
		for (let at = from; at !== until; at = (at + 1) % frames.length) sendFrame(number, at);
	}

	function beat() {
		for (const number of Object.keys(clips).map(Number)) {
			const at = next[number];
			next[number] = (at + 1) % clips[number].frames.length;
			if (!paused.has(number)) sendFrame(number, at);
		}
	}

	const sequences = { [VIDEO]: 0, [PREVIEW]: 0 };
	function sendFrame(number, at) {
		const frame = clips[number].frames[at];
		send({ type: 'frame', camera: number, sequence: sequences[number]++, capturedAt: systemClock.now(), ...frame });
	}
}

function announce(name, number, format) {
	const which = number === VIDEO ? {} : { track: 'preview', of: VIDEO };
	const facts = { name, title: name, ...format, stream: 0 };
	return { type: 'announce', camera: number, ...facts, ...which, capabilities: ['pause'] };
}
