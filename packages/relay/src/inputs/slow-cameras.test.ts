import { connect } from 'node:net';
import { encodeLengthPrefixed } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

const CAMERA = 'cam';
const FIVE_MINUTES_S = 300;

/** A camera on one of the ways in. */
interface Way extends AsyncDisposable {
	/** Sends the picture with that number. */
	send(number: number): void | Promise<void>;
	/** The connection that must be kept alive, where there is one. */
	readonly peer?: Peer;
}

const shade = (number: number) => jpeg(10 + number);

function uploading(relay: RunningRelay, method: string, pictureOf: (number: number) => Uint8Array): Way {
	const camera = new TestUpload(`${relay.url}/cameras/${CAMERA}/ingest`, relay.key(CAMERA), {}, method);
	return {
		send: (number) => camera.write(pictureOf(number)),
		[Symbol.asyncDispose]: () => camera[Symbol.asyncDispose](),
	};
}

const UNITS = h264('kddddddddddddddddddddddddddddddd');

const WAYS: Readonly<Record<string, (relay: RunningRelay) => Way | Promise<Way>>> = {
	'by its agent': async (relay) => {
		const peer = await relay.agent(CAMERA);
		peer.announce(CAMERA);
		return {
			peer,
			send: (number) => peer.frame(number, shade(number)),
			[Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
		};
	},
	'by an endless PUT': (relay) => uploading(relay, 'PUT', shade),
	'by an endless POST': (relay) => uploading(relay, 'POST', shade),
	'by an endless PUT of H.264': (relay) => uploading(relay, 'PUT', (number) => UNITS[number]?.annexB ?? jpeg(0)),
	'by a POST for each picture': (relay) => ({
		async send(number) {
			const headers = { 'content-length': String(shade(number).length) };
			await using post = new TestUpload(`${relay.url}/cameras/${CAMERA}/ingest`, relay.key(CAMERA), headers, 'POST');
			post.call.end(shade(number));
			expect((await post.answer()).json).toEqual({ frames: 1, skippedBytes: 0 });
		},
		async [Symbol.asyncDispose]() {},
	}),
	'over the seed’s port': (relay) => {
		const sender = connect({ port: relay.relay.ports['lp-jpeg'] ?? 0, host: '127.0.0.1', noDelay: true });
		return {
			send: (number) => void sender.write(encodeLengthPrefixed(shade(number))),
			async [Symbol.asyncDispose]() {
				sender.resume().destroy();
				await until(() => sender.closed);
			},
		};
	},
};

/** Waits for a picture. A byte stream shows the end of one by a silence. */
async function come(check: () => boolean, clock: FakeClock): Promise<void> {
	for (let turn = 0; turn < 1000 && !check(); turn++) {
		await rounds();
		if (!check()) clock.advance(10);
	}
	await until(check);
}

describe.each(Object.keys(WAYS))('pictures that come %s', (name) => {
	it.each([10, 33, 60])('every %d s are live for five minutes', async (seconds) => {
		const clock = new FakeClock();
		const seed = { port: 0, camera: CAMERA, allow: ['127.0.0.0/8'] };
		await using relay = await RunningRelay.start({ clock, cameras: [CAMERA], seed });
		await using viewer = await relay.viewer();
		viewer.watch(CAMERA);
		await using way = (await WAYS[name]?.(relay)) as Way;
		/** A second in which both ends show that they are there. */
		const pass = async () => {
			clock.advance(1000);
			for (const peer of [viewer, way.peer]) {
				const pongs = peer?.all('pong').length;
				peer?.send({ type: 'ping', sentAt: clock.now() });
				await until(() => peer?.all('pong').length !== pongs || peer === undefined);
			}
		};
		let sent = 0;
		for (let second = 0; second < FIVE_MINUTES_S; second++) {
			if (second % seconds === 0) {
				await way.send(sent++);
				await come(() => viewer.frames.length === sent, clock);
				const [frame] = viewer.frames.slice(-1);
				if (frame) viewer.ack(frame);
			}
			await pass();
		}
		const states = viewer.all('status').map(({ state }) => state);
		expect(states.slice(states.indexOf('live')).filter((state) => state !== 'live')).toEqual([]);
		expect(states).toContain('live');
		const streams = new Set(viewer.all('announce').map(({ stream }) => stream));
		expect(streams.has(2), 'no stream but the first').toBe(false);
		expect(viewer.frames).toHaveLength(Math.ceil(FIVE_MINUTES_S / seconds));
	});
});
