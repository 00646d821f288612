import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MIN_STALL_MS } from '@oriel/base';
import { type Answering, FakeCamera } from '@oriel/testing/agent/fake-camera';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { flvStream, h264Units } from '@oriel/testing/h264';
import { jpeg, multipart } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { httpSource } from './http.ts';
import { readAddress } from './http-address.ts';
import { ANSWER_TIMEOUT_MS } from './open-connection.ts';

const PICTURES = [jpeg(10), jpeg(100), jpeg(200)];

/** Watches a camera until `done`, and returns what was seen. */
async function watch(
	answer: Answering,
	done: (watching: Watching, camera: FakeCamera) => boolean,
	{ path = '/video', login = '', clock = new FakeClock(), stepMs = 10 } = {},
) {
	await using camera = await FakeCamera.start(answer);
	const options = { snapshotFps: 1, maxPictureBytes: 100_000, clock, random: () => 0.5 };
	const address = readAddress(camera.url(path, login).href);
	const watching = new Watching(httpSource({ ...options, address }));
	await until(() => done(watching, camera), clock, stepMs);
	watching.stop();
	await until(() => watching.outcome !== 'running' && camera.open === 0);
	expect(clock.pending).toBe(0);
	return { watching, camera, words: watching.failure?.message };
}

function threePictures({ frames }: Watching): boolean {
	return frames.length >= 3;
}

function ended({ outcome }: Watching): boolean {
	return outcome !== 'running';
}

function stream(answer: ServerResponse, body: Uint8Array): void {
	answer.writeHead(200, { 'Content-Type': 'multipart/x-mixed-replace; boundary=frame' }).write(body);
}

function sameAs(watching: Watching, pictures: readonly Uint8Array[]): boolean {
	return pictures.every((picture, index) => Buffer.compare(watching.frames[index]?.data ?? Buffer.of(), picture) === 0);
}

describe('an HTTP camera that streams', () => {
	const whole = multipart(PICTURES);

	it.each([
		['plain', whole],
		['without the first boundary', whole.subarray(whole.indexOf('\r\n\r\n') + 4)],
		['with wrong lengths', Buffer.from(whole.toString('latin1').replace(/Length: \d+/g, 'Length: 7'), 'latin1')],
		[
			'with garbage between',
			Buffer.concat(PICTURES.flatMap((picture) => [Buffer.from('\xff\xff\xd7 ?', 'latin1'), picture])),
		],
		['with a picture cut off', Buffer.concat([jpeg(5, 64, 64).subarray(0, -10), whole])],
		['bare, back to back', Buffer.concat(PICTURES)],
	])('is understood: %s', async (_name, body) => {
		const { watching } = await watch((_request, answer) => stream(answer, body), threePictures);
		expect(sameAs(watching, PICTURES)).toBe(true);
	});

	it.each([
		['H.264', Buffer.concat(h264Units('kdd'))],
		['FLV', flvStream(h264Units('kdd'))],
	])('is understood: %s, whatever it is called', async (_name, body) => {
		const { watching } = await watch((_request, answer) => {
			answer.writeHead(200, { 'Content-Type': 'application/octet-stream' }).write(body);
		}, threePictures);
		expect(sameAs(watching, h264Units('kdd'))).toBe(true);
	});

	it('is asked politely', async () => {
		const { camera } = await watch((_request, answer) => stream(answer, whole), threePictures, { path: '/v?x=1' });
		expect(camera.requests[0]?.headers.accept).toMatch(/^multipart\/x-mixed-replace, image\/jpeg/);
		expect(camera.requests[0]?.url).toBe('/v?x=1');
		expect(camera.requests[0]?.headers.authorization).toBeUndefined();
	});

	it('is given up when it stalls, after its limit and not before', async () => {
		const clock = new FakeClock();
		const start = clock.now();
		const { words, watching } = await watch((_request, answer) => stream(answer, whole), ended, { clock });
		expect(words).toMatch(/^the camera at 127\.0\.0\.1:\d+ has sent no picture for 10 s$/);
		expect(watching.failure).toMatchObject({ code: 'stalled', again: 'soon' });
		expect((clock.now() - start) / 1000).toBeGreaterThanOrEqual(MIN_STALL_MS);
	});

	it('is given up when it does not answer at all', async () => {
		const { watching, words } = await watch(() => undefined, ended);
		expect(watching.failure?.code).toBe('timed-out');
		expect(words).toContain(`takes longer than ${ANSWER_TIMEOUT_MS / 1000} s to answer`);
	});

	it('may end, or break', async () => {
		const finish = await watch((_request, answer) => answer.setHeader('Content-Type', 'multipart/x').end(whole), ended);
		expect(finish.words).toContain('ended its stream');
		const cut = await watch((_request, answer) => {
			stream(answer, whole);
			setImmediate(() => answer.destroy());
		}, ended);
		expect(cut.watching.failure?.code).toBe('broken');
	});
});

describe('an HTTP camera with a snapshot URL', () => {
	const snapshot: Answering = (_request, answer, count) => {
		answer.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(PICTURES[count - 1] ?? PICTURES[0]);
	};

	it('is asked once a second', async () => {
		const clock = new FakeClock();
		const { watching } = await watch(snapshot, threePictures, { clock });
		expect(sameAs(watching, PICTURES)).toBe(true);
		const [first = 0, , third = 0] = watching.frames.map(({ capturedAt }) => capturedAt);
		expect(third - first).toBeGreaterThan(1_000_000);
	});

	it('is not waited for when it promises more bytes than it has', async () => {
		const { watching } = await watch((_request, answer) => {
			answer.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': 1_000_000 }).write(PICTURES[0]);
		}, threePictures);
		expect(watching.failure).toBeUndefined();
	});

	it('may call its picture anything, as long as it ends after it', async () => {
		const { watching } = await watch((_request, answer) => {
			answer.setHeader('Content-Type', 'application/octet-stream').end(PICTURES[0]);
		}, threePictures);
		expect(watching.failure).toBeUndefined();
	});
});

describe('an HTTP camera with a lock', () => {
	const basic: Answering = (request, answer) => {
		if (request.headers.authorization === `Basic ${btoa('admin:p@ss:%')}`) stream(answer, multipart(PICTURES));
		else answer.writeHead(401, { 'WWW-Authenticate': 'Basic realm="cam"' }).end();
	};

	it('is opened with Basic, escaped letters and all', async () => {
		const { camera } = await watch(basic, threePictures, { login: 'admin:p%40ss:%' });
		expect(camera.requests).toHaveLength(2);
	});

	it.each(['MD5', 'SHA-256'])(
		'is opened with Digest, %s, and the next snapshot costs one request',
		async (algorithm) => {
			const { camera } = await watch(digest(algorithm), threePictures, {
				login: 'admin:secret',
				path: '/snap.jpg?ch=1',
			});
			expect(camera.requests).toHaveLength(4);
		},
	);

	it.each([
		['a wrong password', 'admin:wrong', /does not accept the user name and the password/],
		['no password', '', /asks for a user name and a password/],
	])('stays shut for %s; it is not asked again soon, and the password is not told', async (_name, login, words) => {
		const seen = await watch(basic, ended, { login });
		expect(seen.words).toMatch(words);
		expect(seen.words).not.toContain('wrong');
		expect(seen.watching.failure).toMatchObject({ code: 'not-allowed', again: 'later' });
	});

	it('keeps its password from other hosts', async () => {
		await using elsewhere = await FakeCamera.start((_request, answer) => stream(answer, multipart(PICTURES)));
		const location = elsewhere.url('/moved').href.replace('127.0.0.1', 'localhost');
		await watch(
			(request, answer) => {
				if (request.headers.authorization) answer.writeHead(302, { location }).end();
				else answer.writeHead(401, { 'WWW-Authenticate': 'Basic realm="cam"' }).end();
			},
			threePictures,
			{ login: 'admin:secret', stepMs: 0.001 }, // looking up a name takes real time
		);
		expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
	});
});

describe('an HTTP camera that refuses', () => {
	it.each([
		[403, 'not-allowed', 'forbids access'],
		[404, 'not-found', 'has nothing at /video'],
		[500, 'bad-answer', 'answers with status 500'],
	])('with status %d is reported as %s', async (status, code, words) => {
		const seen = await watch((_request, answer) => answer.writeHead(status).end(), ended, {
			path: '/video?pwd=secret',
		});
		expect(seen.watching.failure?.code).toBe(code);
		expect(seen.words).toContain(words);
		expect(seen.words).not.toContain('secret');
	});

	it('with a web page is told from one with pictures', async () => {
		const page: Answering = (_request, answer) => answer.setHeader('Content-Type', 'text/html').end('<h1>Login</h1>');
		const seen = await watch(page, ended);
		expect(seen.words).toMatch(/^the camera at 127\.0\.0\.1:\d+ brings text; expected JPEG, /);
	});

	it('by sending us elsewhere is followed three times', async () => {
		const hops = (limit: number) => (_request: IncomingMessage, answer: ServerResponse, count: number) => {
			if (count > limit) stream(answer, multipart(PICTURES));
			else answer.writeHead(302, { location: `/hop${count}` }).end();
		};
		expect((await watch(hops(3), threePictures)).camera.requests.map(({ url }) => url)).toEqual([
			'/video',
			'/hop1',
			'/hop2',
			'/hop3',
		]);
		expect((await watch(hops(4), ended)).words).toContain('redirects more than 3 times');
		const toFile: Answering = (_request, answer) => answer.writeHead(302, { location: 'file:///etc/passwd' }).end();
		expect((await watch(toFile, ended)).words).toContain('not a web address');
	});

	it('by not being there is told apart from a name that is not known', async () => {
		const camera = await FakeCamera.start(() => undefined);
		const url = camera.url();
		await camera[Symbol.asyncDispose]();
		expect(await reasonFor(url)).toMatchObject({
			code: 'refused',
			message: `nothing listens at ${url.host}; is the camera running?`,
		});
		expect(await reasonFor(new URL('http://no-such-camera.invalid/'))).toMatchObject({ code: 'unknown-name' });
	});
});

async function reasonFor(url: URL) {
	const clock = new FakeClock();
	const watching = new Watching(
		httpSource({ address: readAddress(url.href), snapshotFps: 1, maxPictureBytes: 1000, clock, random: () => 0 }),
	);
	clock.advance(1);
	await until(() => watching.outcome !== 'running');
	return watching.failure;
}

/** A camera that checks a digest, by RFC 7616, with code of its own. */
function digest(algorithm: string): Answering {
	const hash = (text: string) => createHash(algorithm.replace('-', '')).update(text).digest('hex');
	return (request, answer) => {
		const given = request.headers.authorization ?? '';
		const part = (name: string) => new RegExp(`[ ,]${name}="?([^",]+)`).exec(given)?.[1];
		const proof = `n0nce:${part('nc')}:${part('cnonce')}:auth:${hash(`GET:${request.url}`)}`;
		if (part('response') === hash(`${hash('admin:cam:secret')}:${proof}`)) {
			answer.setHeader('Content-Type', 'image/jpeg').end(PICTURES[0]);
			return;
		}
		const challenge = `Digest realm="cam", nonce="n0nce", qop="auth", algorithm=${algorithm}`;
		answer.writeHead(401, { 'WWW-Authenticate': challenge }).end();
	};
}
