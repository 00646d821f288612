// `viewer.mjs URL COUNT FILE [KEEP]`: COUNT viewers that speak oriel.v1 and acknowledge each picture when it arrives. On a line
// on stdin it writes to FILE what came to each and when, and with KEEP the pictures themselves beside it.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { decode, encode, PROTOCOL_VERSION, SUBPROTOCOL } from '../../packages/protocol/dist/index.js';
import { tailOf } from './fixture.mjs';
import { now } from './now.mjs';

const [url, count, file, keep] = process.argv.slice(2);
const PING_MS = 2000;
const RETRY_MS = 100;
const token = process.env.ORIEL_BENCH_TOKEN;
const headers = token ? { authorization: `Bearer ${token}` } : {};
/** Flat lists, so that a crowd of viewers leaves no garbage that would be collected while pictures arrive. */
const FIELDS = 4;
const viewers = Array.from({ length: Number(count) }, () => ({ pictures: [], payloads: [] }));
/** By sequence number: the same for all viewers. */
const tails = new Map();

function watch(viewer) {
	const socket = new WebSocket(url, SUBPROTOCOL, { headers, perMessageDeflate: false });
	const send = (message) => socket.readyState === socket.OPEN && socket.send(encode(message));
	const ping = setInterval(() => send({ type: 'ping', sentAt: Math.round(now() * 1000) }), PING_MS);
	socket.on('open', () => {
		send({ type: 'hello', version: PROTOCOL_VERSION, software: 'bench', capabilities: ['jpeg', 'h264'] });
		send({ type: 'watch', cameras: ['slow-link'] });
	});
	socket.on('message', (data) => {
		for (const message of decode(data)) if (message.type === 'frame') show(viewer, message, send);
	});
	socket.on('error', () => {});
	socket.on('close', () => {
		clearInterval(ping);
		setTimeout(watch, RETRY_MS, viewer);
	});
}

function show(viewer, { camera, sequence, key, data }, send) {
	const at = now();
	send({ type: 'ack', camera, sequence, ageMs: undefined });
	viewer.pictures.push(at, sequence, key ? 1 : 0, data.length);
	if (!tails.has(sequence)) tails.set(sequence, tailOf(data));
	if (keep) viewer.payloads.push(Buffer.from(data));
	if (viewer.pictures.length === FIELDS && viewers.every(({ pictures }) => pictures.length > 0)) say('begun');
}

function say(event) {
	process.stdout.write(`${event}\n`);
}

viewers.forEach(watch);
createInterface({ input: process.stdin }).on('line', () => {
	writeFileSync(file, JSON.stringify({ viewers: viewers.map(({ pictures }) => pictures), tails: [...tails] }));
	if (keep) writeFileSync(`${file}.pictures`, Buffer.concat(viewers[0].payloads));
	say('written');
});
