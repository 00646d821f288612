// What one peer makes the relay hold. All pools at the same time: memory-ceiling.test.ts.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encode } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpegOfSize } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dial, handshake, webSocketFrame } from './attacks/memory-tools.ts';

const MIB = 1024 * 1024;
const UNKNOWN_TYPE = 0x7f;

let relay: RunningRelay;
let over: AbortController;

beforeEach(() => {
	over = new AbortController();
});

afterEach(async () => {
	over.abort();
	await relay[Symbol.asyncDispose]();
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
	collect();
	return process.memoryUsage().arrayBuffers;
}

/** What has come on a connection of an attacker. */
function textOf(socket: ReturnType<typeof dial>) {
	const state = { text: '', isOver: false };
	socket.on('data', (chunk: Buffer) => {
		state.text += chunk.toString('latin1');
	});
	socket.on('close', () => {
		state.isOver = true;
	});
	return state;
}

async function pools(): Promise<Record<string, number>> {
	const authorization = `Bearer ${relay.token()}`;
	const text = await (await fetch(`${relay.url}/metrics`, { headers: { authorization } })).text();
	const found = text.matchAll(/^oriel_memory_held_bytes\{pool="(\w+)"\} (\S+)$/gm);
	return Object.fromEntries([...found].map(([, pool = '', value]) => [pool, Number(value)]));
}

describe('a frame of 200 bytes', () => {
	it('does not hold the message of a megabyte that brought it', async () => {
		relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		const [key] = h264('k');
		await using agent = await relay.agent('door');
		agent.announce('door', { codec: 'h264' });
		const filler = new Uint8Array(1 * MIB);
		filler[0] = UNKNOWN_TYPE;
		new DataView(filler.buffer).setUint32(4, filler.length - 8);
		const delta = Uint8Array.from({ length: 200 }, (_, at) => [0, 0, 0, 1, 0x41][at] ?? 0x55);
		const before = held();
		for (let sequence = 0; sequence < 100; sequence++) {
			const data = sequence === 0 && key ? key.annexB : delta;
			const frame = encode({ type: 'frame', camera: 1, key: sequence === 0, sequence, capturedAt: 0, data });
			agent.socket.send(Buffer.concat([frame, filler]));
			await until(() => agent.last('ack')?.sequence === sequence);
		}
		// A hundred messages are 100 MiB. What the sockets of both ends hold comes and goes.
		await until(() => held() - before < 8 * MIB);
		expect((await pools()).frames).toBeLessThan(200_000);
	});
});

describe('messages that stop in the middle', () => {
	it('cost those who send them, in words, and not a camera in the middle of a larger picture', async () => {
		const maxPictureBytes = 100_000;
		relay = await RunningRelay.start({
			...{ clock: new FakeClock(), cameras: ['door'], maxPictureBytes },
			memory: { incoming: 800_000 },
		});
		await using camera = new TestUpload(`${relay.url}/cameras/door/ingest`, relay.key('door'));
		const picture = jpegOfSize(90_000);
		camera.write(picture.subarray(0, 80_000));
		await until(async () => ((await pools()).incoming ?? 0) > 80_000);
		const token = relay.token();
		const crowd = Array.from({ length: 12 }, () => {
			const socket = dial(relay.relay.port, over.signal);
			socket.write(handshake('/live', token));
			socket.write(webSocketFrame(new Uint8Array(60_000), { length: 70_000 }));
			return textOf(socket);
		});
		await until(() => crowd.some(({ isOver }) => isOver));
		expect(crowd.find(({ isOver }) => isOver)?.text).toContain('The relay holds too much that is not whole yet');
		expect((await pools()).incoming).toBeLessThanOrEqual(800_000);
		await using viewer = await relay.viewer();
		viewer.watch('door');
		camera.write(picture.subarray(80_000));
		expect((await until(() => viewer.frames[0])).data.length).toBe(90_000);
	});

	it('are refused by their announced length, in words, without being read', async () => {
		relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'], maxPictureBytes: 100_000 });
		const socket = dial(relay.relay.port, over.signal);
		const peer = textOf(socket);
		socket.write(handshake('/agent', relay.key('door')));
		socket.write(webSocketFrame(new Uint8Array(10), { length: 500_000 }));
		await until(() => peer.text.includes('pictures of up to 100000 bytes are accepted'));
	});

	it('of thousands of empty fragments are refused', async () => {
		relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		const socket = dial(relay.relay.port, over.signal);
		socket.write(handshake('/live', relay.token()));
		socket.write(webSocketFrame(new Uint8Array(1), { isFinal: false }));
		const empty = webSocketFrame(new Uint8Array(0), { isFinal: false, opcode: 0 });
		socket.write(Buffer.concat(Array.from({ length: 1000 }, () => empty)));
		await until(() => relay.logged.includes('Too many message fragments'));
	});
});
