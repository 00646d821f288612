import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeJpeg, inspectJpeg, TestPattern } from '@oriel/media';
import { type MjpegViewer, watchMjpeg } from '@oriel/testing/mjpeg-viewer';
import { isTimed } from '@oriel/testing/patience';
import { Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { encodeLengthPrefixed } from '@oriel/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SENDER = new URL('seed_sender.py', import.meta.url).pathname;
const FPS = 24;

describe('a sender written in Python like the seed’s', () => {
	const folder = mkdtempSync(join(tmpdir(), 'oriel-seed-'));
	const pictures = join(folder, 'pictures');
	let relay: RelayProcess;
	let token: string;
	let seedPort: string;

	beforeAll(async () => {
		writeFileSync(pictures, Buffer.concat(oneSecond().map(encodeLengthPrefixed)));
		relay = await RelayProcess.start(['--seed-port', '0', '--seed-camera', 'shed', '--seed-allow', '127.0.0.0/8']);
		[, seedPort = ''] = await relay.program.said(/"port":(\d+).*"msg":"seed port is open"/);
		token = await relay.addToken();
	});

	afterAll(async () => {
		await relay[Symbol.asyncDispose]();
		rmSync(folder, { recursive: true });
	});

	const sender = (rate: number | 'told' = FPS) =>
		new Program('python3', [SENDER, '127.0.0.1', seedPort, `${rate}`, pictures]);
	const stream = () => `${relay.url}/cameras/shed/stream.mjpg`;

	for (const count of [1, 2, 10, 200]) {
		it(`is seen in full by ${count} viewer${count > 1 ? 's' : ''} of stream.mjpg`, async () => {
			await using camera = sender('told');
			const send = () => camera.stdin.write('\n');
			send();
			const viewers = await watch(count);
			const everybodyHas = (number: number) => viewers.every(({ pictures }) => pictures === number);
			await until('every viewer to see a first picture', () => everybodyHas(1));
			// The next picture goes when all have the last one: what a viewer misses then, the relay has lost.
			for (let number = 2; number <= 1 + 3 * FPS; number++) {
				send();
				await until(`all to see picture ${number}`, () => everybodyHas(number));
			}
			for (const viewer of viewers) viewer.close();
		});
	}

	it.runIf(isTimed)('is seen by 200 viewers at 23 pictures a second', async () => {
		await using _camera = sender();
		const viewers = await watch(200);
		await until('every viewer to see a first picture', () => viewers.every(({ pictures }) => pictures > 0));
		const before = viewers.map(({ pictures }) => pictures);
		const since = performance.now();
		await until('three seconds to pass', () => performance.now() - since >= 3000);
		const seen = viewers.map(({ pictures }, index) => pictures - (before[index] ?? 0));
		for (const viewer of viewers) viewer.close();
		expect(Math.min(...seen)).toBeGreaterThanOrEqual(3 * 23);
	});

	it('is on the seed’s own URL, and its pictures are whole', async () => {
		await using _camera = sender();
		await until('the relay to follow the new token', async () => (await head('/stream.mjpg')) === 200);
		const viewer = await watchMjpeg(`${relay.url}/stream.mjpg`, token, true);
		const picture = await until('a picture', () => viewer.newest);
		viewer.close();
		expect(inspectJpeg(picture)).toMatchObject({ width: 640, height: 480 });
	});

	it('takes over from its twin that never hung up', async () => {
		await using first = sender();
		const viewer = await watchMjpeg(stream(), token);
		await until('the first sender’s pictures', () => viewer.pictures > FPS);
		first.kill('SIGSTOP');
		await using _second = sender();
		const before = viewer.pictures;
		await until('the second sender’s pictures, to the same viewer', () => viewer.pictures > before + FPS);
		viewer.close();
	});

	function watch(count: number): Promise<MjpegViewer[]> {
		return until('the relay to let the viewers in', async () => {
			if ((await head('/cameras/shed/snapshot.jpg')) !== 200) return undefined;
			return Promise.all(Array.from({ length: count }, () => watchMjpeg(stream(), token)));
		});
	}

	async function head(path: string): Promise<number> {
		const response = await fetch(relay.url + path, { method: 'HEAD', headers: { authorization: `Bearer ${token}` } });
		return response.status;
	}
});

function oneSecond(): Uint8Array[] {
	const pattern = new TestPattern({ width: 640, height: 480, title: 'Shed', camera: 'shed' });
	return Array.from({ length: FPS }, (_, sequence) => {
		const picture = pattern.paint({ time: sequence, sequence, clockText: '14:02:31' });
		return encodeJpeg(picture, { quality: 80, padTo: 25_000 });
	});
}
