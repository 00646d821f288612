import { connect } from 'node:net';
import { encodeLengthPrefixed } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { FRAMES_PER_SECOND, MAX_FRAME_BURST } from '../socket/message-budget.ts';
import { BODY_SILENCE_MS } from './upload/upload.ts';

const PICTURE = jpeg(7);
const COUNT = MAX_FRAME_BURST + 5 * FRAMES_PER_SECOND;
/** What a chunk of the connection brings before it is looked at whether there were too many. */
const CHUNK_FRAMES = Math.ceil((64 * 1024) / PICTURE.length);

async function start() {
	const clock = new FakeClock();
	const seed = { port: 0, camera: 'seed', allow: ['127.0.0.1'] };
	const relay = await RunningRelay.start({ clock, cameras: ['door', 'seed'], seed });
	const count = async (camera: string) => {
		const line = new RegExp(`^oriel_ingest_frames_total{camera="${camera}".*} (\\d+)$`, 'm');
		return Number(line.exec(await relay.metrics())?.[1] ?? 0);
	};
	/** Pictures of the camera so far, when no more come for now. */
	const settled = async (camera: string) => {
		let seen = -1;
		for (let now = await count(camera); now !== seen; now = await count(camera)) {
			seen = now;
			await rounds(200);
		}
		return seen;
	};
	return { clock, relay, settled, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

/** Lets the time go on until all pictures have come; gives how many there were after each second. */
async function eachSecond(clock: FakeClock, settled: () => Promise<number>, all: number): Promise<number[]> {
	const seen = [await settled()];
	while ((seen.at(-1) ?? 0) < all && seen.length < 20) {
		clock.advance(1000);
		seen.push(await settled());
	}
	return seen;
}

function requirePaced([first = 0, ...later]: readonly number[], all: number): void {
	expect(first).toBeGreaterThanOrEqual(MAX_FRAME_BURST);
	expect(first).toBeLessThan(MAX_FRAME_BURST + 2 * CHUNK_FRAMES);
	for (const [index, count] of later.entries()) {
		expect(count).toBeLessThan(MAX_FRAME_BURST + (index + 1) * FRAMES_PER_SECOND + 2 * CHUNK_FRAMES);
	}
	expect(later.at(-1)).toBe(all);
}

describe('pictures that come as fast as the line carries them', () => {
	it('in an upload are read at the rate of the fastest camera, and all of them', async () => {
		await using fixture = await start();
		await using camera = new TestUpload(`${fixture.relay.url}/cameras/door/ingest`, fixture.relay.key('door'));
		camera.write(Buffer.concat(Array<Uint8Array>(COUNT).fill(PICTURE)));
		requirePaced(await eachSecond(fixture.clock, () => fixture.settled('door'), COUNT), COUNT);
		camera.call.end();
		fixture.clock.advance(1000);
		expect((await camera.answer()).json).toEqual({ frames: COUNT, skippedBytes: 0 });
	});

	it('from the seed’s sender too', async () => {
		await using fixture = await start();
		const sender = connect(fixture.relay.relay.ports['lp-jpeg'] ?? 0, '127.0.0.1').on('error', () => {});
		sender.write(Buffer.concat(Array<Uint8Array>(COUNT).fill(encodeLengthPrefixed(PICTURE))));
		requirePaced(await eachSecond(fixture.clock, () => fixture.settled('seed'), COUNT), COUNT);
		sender.destroy();
	});

	it('and end, or are refused, while they are not read, end the upload as ever', async () => {
		await using fixture = await start();
		await using camera = new TestUpload(`${fixture.relay.url}/cameras/door/ingest`, fixture.relay.key('door'));
		camera.write(Buffer.concat(Array<Uint8Array>(COUNT).fill(PICTURE)));
		await fixture.settled('door');
		await using next = new TestUpload(`${fixture.relay.url}/cameras/door/ingest`, fixture.relay.key('door'));
		next.write(Buffer.concat([PICTURE, PICTURE]));
		expect((await camera.answer()).status).toBe(409);
		fixture.clock.advance(BODY_SILENCE_MS / 2);
		await until(() => fixture.relay.logged.includes('camera left'));
	});
});
