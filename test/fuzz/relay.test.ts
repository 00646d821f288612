import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@oriel/base';
import { blankYuvImage, encodeJpeg } from '@oriel/media';
import { decode, encode, SUBPROTOCOL } from '@oriel/protocol';
import { addKey, addToken, openDataDirectory, type Relay, startRelay } from '@oriel/relay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { randomInput } from '../security/attacks/random-input.ts';

const PICTURE = encodeJpeg(blankYuvImage(16, 16), { quality: 50 });
const ROUNDS = 40;

const directory = mkdtempSync(join(tmpdir(), 'oriel-fuzz-'));
let relay: Relay;
let key: string;
let victimKey: string;
let token: string;

beforeAll(async () => {
	const data = join(directory, 'data');
	const opened = await openDataDirectory(data, { clock: systemClock, log: silentLog });
	const { files } = opened;
	key = addKey(files, systemClock, 'good');
	victimKey = addKey(files, systemClock, 'bad');
	token = addToken(files, systemClock, { label: 'fuzz', cameras: [], lifetimeMs: undefined }).secret;
	await opened.close();
	const page = join(directory, 'page');
	mkdirSync(page);
	writeFileSync(join(page, 'index.html'), '');
	const seed = { port: 0, camera: 'seed', allow: ['127.0.0.1'] };
	const config = { data, host: '127.0.0.1', port: 0, maxPictureBytes: 100_000, seed };
	relay = await startRelay(config, { clock: systemClock, log: silentLog, version: '0', page });
});

afterAll(async () => {
	await relay.close();
	rmSync(directory, { recursive: true });
});

function open(path: string, secret: string): WebSocket {
	const headers = { authorization: `Bearer ${secret}` };
	const socket = new WebSocket(`ws://127.0.0.1:${relay.port}${path}`, SUBPROTOCOL, { headers });
	socket.on('error', () => {});
	return socket;
}

function once(socket: WebSocket, event: 'open' | 'close'): Promise<void> {
	return new Promise((resolve) => socket.once(event, () => resolve()));
}

/** A camera and a viewer that behave, while `attack` goes on. Gives how many of the pictures sent have been seen. */
async function meanwhile(attack: () => Promise<void>): Promise<{ sent: number; seen: number }> {
	const [agent, viewer] = [open('/agent', key), open('/live', token)];
	await Promise.all([once(agent, 'open'), once(viewer, 'open')]);
	const seen = new Set<number>();
	let camera = 0;
	let sent = 0;
	let goOn = true;
	const next = () => {
		if (goOn)
			agent.send(encode({ type: 'frame', camera: 1, key: true, sequence: sent++, capturedAt: 0, data: PICTURE }));
	};
	viewer.on('message', (data: Buffer) => {
		for (const message of decode(data)) {
			if (message.type === 'announce' && message.name === 'good') camera = message.camera;
			if (message.type !== 'frame' || message.camera !== camera) continue;
			seen.add(message.sequence);
			viewer.send(encode({ type: 'ack', camera, sequence: message.sequence, ageMs: undefined }));
			setImmediate(next);
		}
	});
	viewer.send(encode({ type: 'watch', cameras: ['good', 'bad', 'seed'] }));
	const facts = { title: '', width: 16, height: 16, stream: 0, capabilities: [] };
	agent.send(encode({ type: 'announce', camera: 1, name: 'good', codec: 'jpeg', ...facts }));
	next();
	await attack();
	goOn = false;
	const wanted = sent;
	while (agent.readyState === WebSocket.OPEN && seen.size < wanted)
		await new Promise((resolve) => setTimeout(resolve, 5));
	const stillThere = agent.readyState === WebSocket.OPEN && viewer.readyState === WebSocket.OPEN;
	agent.terminate();
	viewer.terminate();
	return { sent: stillThere ? wanted : -1, seen: seen.size };
}

describe('a relay under attack', () => {
	it.each(Object.entries(randomInput(ROUNDS)))(
		'by %s goes on, and no other camera loses a frame',
		async (_name, attack) => {
			const { port } = relay;
			const seedPort = relay.ports['lp-jpeg'] ?? 0;
			const target = { port, seedPort, camera: 'good', token, share: '', key: victimKey, hostileCamera: 'bad' };
			const { sent, seen } = await meanwhile(() => attack(target, new AbortController().signal));
			expect(sent).toBeGreaterThan(5);
			expect(seen).toBe(sent);
		},
	);
});
