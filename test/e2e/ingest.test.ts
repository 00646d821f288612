import { inspectJpeg } from '@oriel/media';
import { Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PATTERN = ['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=24'];
const JPEG = ['-c:v', 'mjpeg', '-threads', '1', '-q:v', '6', '-flush_packets', '1'];

// Each has a camera of its own.
describe.concurrent('programs that know nothing of Oriel', () => {
	let relay: RelayProcess;
	let cookie: string;

	beforeAll(async () => {
		relay = await RelayProcess.start();
		cookie = await relay.setUp();
	});

	afterAll(() => relay[Symbol.asyncDispose]());

	it('ffmpeg into curl -T - is a camera', async () => {
		const url = await ingestUrl('piped');
		const key = await relay.addKey('piped');
		await using curl = new Program('curl', ['-sS', '-T', '-', '-H', `Authorization: Bearer ${key}`, url]);
		await using ffmpeg = new Program('ffmpeg', [...PATTERN, ...JPEG, '-f', 'mjpeg', '-']);
		ffmpeg.pipeInto(curl.stdin);
		await expectPictures('piped');
		await ffmpeg.end('SIGTERM');
		curl.stdin.end();
		// The end of the body is answered, so that scripts can tell it from a refusal.
		expect(JSON.parse((await curl.said(/\{.*\}/))[0])).toMatchObject({ skippedBytes: 0 });
	});

	it('ffmpeg -f mpjpeg to the URL with the key as its password is a camera', async () => {
		const key = await relay.addKey('posted');
		const url = (await ingestUrl('posted')).replace('http://', `http://x:${key}@`);
		await using _ffmpeg = new Program('ffmpeg', [...PATTERN, ...JPEG, '-f', 'mpjpeg', url]);
		await expectPictures('posted');
	});

	it('a wrong key is told so in the answer', async () => {
		const url = await ingestUrl('locked');
		await using curl = new Program('curl', ['-sS', '-T', '-', '-H', 'Authorization: Bearer oriel_key_wrong', url]);
		curl.stdin.end('anything');
		expect((await curl.said(/\{.*\}/))[0]).toContain('unauthorized');
	});

	it('a stream of another kind is told what was seen', async () => {
		const key = await relay.addKey('film');
		const url = await ingestUrl('film');
		await using curl = new Program('curl', ['-sS', '-T', '-', '-H', `Authorization: Bearer ${key}`, url]);
		await using ffmpeg = new Program('ffmpeg', [...PATTERN, '-c:v', 'libx264', '-f', 'matroska', '-']);
		ffmpeg.pipeInto(curl.stdin);
		expect((await curl.said(/\{.*\}/))[0]).toMatch(/unsupported-media.*Matroska/);
	});

	async function ingestUrl(camera: string): Promise<string> {
		if ((await relay.knows(camera, cookie)) === false) {
			await relay.addKey(camera);
			await until(`the relay to know ${camera}`, () => relay.knows(camera, cookie));
		}
		return `${relay.url}/cameras/${camera}/ingest`;
	}

	async function expectPictures(camera: string): Promise<void> {
		const snapshot = () => fetch(`${relay.url}/cameras/${camera}/snapshot.jpg`, { headers: { cookie } });
		const first = await until(`a picture of ${camera}`, async () => takenAt(await snapshot()));
		const later = await until(`a later picture of ${camera}`, async () => {
			const response = await snapshot();
			return (takenAt(response) ?? 0) > first ? response : undefined;
		});
		expect(inspectJpeg(new Uint8Array(await later.arrayBuffer()))).toMatchObject({ width: 320, height: 240 });
	}
});

function takenAt(response: Response): number | undefined {
	return response.ok ? Date.parse(response.headers.get('last-modified') ?? '') : undefined;
}
