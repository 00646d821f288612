import { connect } from 'node:net';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg, jpegOfSize, withoutTables } from '@oriel/testing/jpegs';
import { pieces } from '@oriel/testing/relay/pieces';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { removeKeys } from '../../auth/keys.ts';
import { BODY_SILENCE_MS, SNIFF_BYTES } from './upload.ts';

const PICTURES = [jpeg(10), jpeg(120), jpeg(240)];

async function start(more: { maxPictureBytes?: number } = {}) {
	const clock = new FakeClock();
	const relay = await RunningRelay.start({ clock, cameras: ['door', 'garden'], ...more });
	const url = `${relay.url}/cameras/door/ingest`;
	return {
		clock,
		relay,
		url,
		upload: (headers?: Record<string, string>) => new TestUpload(url, relay.key('door'), headers),
		[Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
	};
}

/** What `ffmpeg -f mpjpeg` writes, its boundary line and odd blank line included. */
function mpjpeg(pictures: readonly Uint8Array[]): Buffer {
	const parts = pictures.flatMap((picture) => [
		Buffer.from(`Content-type: image/jpeg\r\nContent-length: ${picture.length}\r\n\r\n`),
		picture,
		Buffer.from('\r\n--ffmpeg\r\n'),
	]);
	return Buffer.concat([Buffer.from('--ffmpeg\r\n'), ...parts]);
}

describe('an upload', () => {
	it.each([
		['back to back', Buffer.concat(PICTURES)],
		['as ffmpeg’s multipart body', mpjpeg(PICTURES)],
		['with garbage before and between them', Buffer.concat(PICTURES.flatMap((one) => [Buffer.alloc(9, 0xfe), one]))],
	])('brings JPEGs %s, however the bytes are cut', async (_words, body) => {
		await using fixture = await start();
		await using viewer = await fixture.relay.ownersPage();
		viewer.watch('door');
		await using camera = fixture.upload();
		const wanted = PICTURES.reduce((sum, one) => sum + one.length, 0);
		for (const piece of pieces(body, 5)) camera.write(piece);
		await until(() => viewer.last('status')?.state === 'live');
		camera.call.end();
		const { status, json } = await camera.answer();
		expect(status).toBe(200);
		expect(json).toEqual({ frames: 3, skippedBytes: body.length - wanted });
		const { data } = await until(() => viewer.frames[0]);
		expect(PICTURES.some((picture) => Buffer.compare(data, picture) === 0)).toBe(true);
		await until(() => viewer.last('status')?.state === 'offline');
		expect(viewer.last('status')?.reason).toBe('the body ended');
	});

	it('dates a picture by its first byte, which may have come long before its last', async () => {
		await using fixture = await start();
		await using viewer = await fixture.relay.viewer();
		viewer.watch('door');
		await using camera = fixture.upload();
		const [first = jpeg(1), second = jpeg(2)] = PICTURES;
		const startedAt = fixture.clock.now();
		camera.write(Buffer.concat([first, second.subarray(0, 200)]));
		viewer.ack(await until(() => viewer.frames[0]));
		fixture.clock.advance(700);
		camera.write(second.subarray(200));
		const { capturedAt } = await until(() => viewer.frames[1]);
		expect(Math.abs(capturedAt - startedAt)).toBeLessThan(10);
	});

	it('of a camera that leaves out its Huffman tables is repaired', async () => {
		await using fixture = await start();
		await using viewer = await fixture.relay.viewer();
		viewer.watch('door');
		await using camera = fixture.upload();
		const bare = withoutTables(PICTURES[0] ?? jpeg(1));
		camera.write(bare);
		expect((await until(() => viewer.frames[0])).data.length).toBe(bare.length + 420);
	});

	it.each([
		['a WebM or Matroska file', Buffer.from('\x1a\x45\xdf\xa3\0\0\0\0', 'latin1')],
		['a PNG picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
		['text', Buffer.from('<html>This is not a camera</html>')],
		['bytes that begin with 00 ff 00 ff', Buffer.from([0, 255]).toString('latin1').repeat(SNIFF_BYTES)],
	])('of something else gets 415 while it is still sending, and hears what was seen: %s', async (seen, head) => {
		await using fixture = await start();
		await using camera = fixture.upload();
		camera.write(typeof head === 'string' ? Buffer.from(head, 'latin1') : head);
		const { status, headers, json } = await camera.answer();
		expect([status, headers.connection]).toEqual([415, 'close']);
		expect(json.error?.code).toBe('unsupported-media');
		expect(json.error?.message).toContain(`seen: ${seen}`);
	});

	it('of nothing gets 415', async () => {
		await using fixture = await start();
		await using camera = fixture.upload();
		camera.call.end();
		const { status, json } = await camera.answer();
		expect([status, json.error?.message]).toEqual([415, expect.stringContaining('seen: nothing')]);
	});

	it('that is mistaken takes no other’s place', async () => {
		await using fixture = await start();
		await using viewer = await fixture.relay.viewer();
		await using good = fixture.upload();
		good.write(jpeg(1));
		await until(() => viewer.last('status')?.state === 'live');
		await using bad = fixture.upload();
		bad.write('RIFF\x01\x05\0\0AVI ');
		expect((await bad.answer()).status).toBe(415);
		good.call.end(jpeg(2));
		expect((await good.answer()).json.frames).toBe(2);
	});

	it('of a picture over the limit gets 413', async () => {
		await using fixture = await start({ maxPictureBytes: 20_000 });
		await using camera = fixture.upload();
		camera.write(jpegOfSize(20_001));
		const { status, json } = await camera.answer();
		expect([status, json.error?.code]).toEqual([413, 'too-large']);
	});

	it('gives way to the next one and is told so', async () => {
		await using fixture = await start();
		await using viewer = await fixture.relay.viewer();
		viewer.watch('door');
		await using first = fixture.upload();
		first.write(jpeg(1));
		viewer.ack(await until(() => viewer.frames[0]));
		await using second = fixture.upload();
		second.write(jpeg(2));
		const { status, json } = await first.answer();
		expect([status, json.error?.code]).toEqual([409, 'taken-over']);
		viewer.ack(await until(() => viewer.frames[1]));
		first.write(jpeg(3));
		await rounds();
		expect(viewer.frames).toHaveLength(2);
		expect(viewer.all('status').map(({ state }) => state)).not.toContain('offline');
		second.call.end();
		expect((await second.answer()).json.frames).toBe(1);
	});

	it('that brings nothing for half a minute is ended, and told so', async () => {
		await using fixture = await start();
		await using camera = fixture.upload();
		await using viewer = await fixture.relay.viewer();
		viewer.watch('door');
		for (const shade of [1, 2]) {
			camera.write(jpeg(shade));
			await until(() => viewer.frames.length === shade);
		}
		for (let gone = 0; gone < BODY_SILENCE_MS; gone += 1000) fixture.clock.advance(1000);
		const { status, json } = await camera.answer();
		expect([status, json.error?.code]).toEqual([408, 'timed-out']);
	});

	it('ends when its key is removed', async () => {
		await using fixture = await start();
		await using viewer = await fixture.relay.viewer();
		await using camera = fixture.upload();
		camera.write(jpeg(1));
		await until(() => viewer.last('status')?.state === 'live');
		removeKeys(fixture.relay.files, 'door');
		fixture.clock.advance(1000);
		expect((await camera.answer()).status).toBe(401);
		await until(() => viewer.last('withdraw'));
	});

	it('that just breaks leaves its camera offline', async () => {
		await using fixture = await start();
		await using viewer = await fixture.relay.viewer();
		await using camera = fixture.upload();
		camera.write(jpeg(1));
		await until(() => viewer.last('status')?.state === 'live');
		camera.call.destroy();
		await until(() => viewer.last('status')?.state === 'offline');
	});
});

describe('who may upload', () => {
	it.each([
		['no key', () => '', 401, 'unauthorized'],
		['a wrong key', () => 'oriel_key_wrong', 401, 'unauthorized'],
		['another camera’s key', (relay: RunningRelay) => relay.key('garden'), 403, 'forbidden'],
		['a viewer’s token', (relay: RunningRelay) => relay.token(), 403, 'forbidden'],
	])(
		'with %s the answer arrives while the body is still being sent, and nothing is let in',
		async (_w, key, code, word) => {
			await using fixture = await start();
			await using viewer = await fixture.relay.viewer();
			await using camera = new TestUpload(fixture.url, key(fixture.relay));
			for (let count = 0; count < 200; count++) camera.write(jpegOfSize(20_000));
			const { status, json } = await camera.answer();
			expect([status, json.error?.code]).toEqual([code, word]);
			expect(viewer.all('status').map(({ state }) => state)).not.toContain('live');
		},
	);

	it('hears "continue" only when let in', async () => {
		await using fixture = await start();
		await using good = fixture.upload({ expect: '100-continue' });
		await until(() => good.continued);
		await using bad = new TestUpload(fixture.url, 'wrong', { expect: '100-continue' });
		expect((await bad.answer()).status).toBe(401);
		expect(bad.continued).toBe(false);
	});

	it('is cut off if it goes on sending after its refusal', async () => {
		await using fixture = await start();
		const socket = connect(fixture.relay.relay.port, '127.0.0.1');
		socket.on('error', () => {});
		let heard = '';
		socket.on('data', (chunk) => {
			heard += chunk.toString('latin1');
		});
		socket.write('PUT /cameras/door/ingest HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n');
		await until(() => heard.endsWith('}}'));
		expect(heard).toContain('401 Unauthorized');
		socket.write('1\r\nx\r\n');
		await rounds();
		expect(socket.closed).toBe(false);
		fixture.clock.advance(2000);
		await until(() => socket.closed);
	});

	it('gets its answer at the end of a short body, and the connection goes on', async () => {
		await using fixture = await start();
		const socket = connect(fixture.relay.relay.port, '127.0.0.1');
		let heard = '';
		socket.on('data', (chunk) => {
			heard += chunk.toString('latin1');
		});
		const head = `PUT /cameras/door/ingest HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${fixture.relay.key('door')}\r\n`;
		const body = Buffer.from(PICTURES[0] ?? '');
		socket.write(`${head}content-length: ${body.length}\r\n\r\n`);
		socket.write(body);
		await until(() => heard.includes('{"frames":1'));
		socket.write('GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n');
		await until(() => heard.includes('404 Not Found'));
		socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
		await until(() => heard.split('HTTP/1.1 200 OK').length === 3);
		socket.destroy();
	});
});
