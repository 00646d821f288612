import { MAX_STALL_MS, UNKNOWN_STALL_MS } from '@oriel/base';
import { nalType, nalUnitsOf } from '@oriel/media';
import { interleaved, type RtspBehaviour, rtspReply, ScriptedRtsp, SDP } from '@oriel/testing/agent/scripted-rtsp';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264Units } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { fragments, RtpSender } from '@oriel/testing/rtp-sender';
import { rounds, until } from '@oriel/testing/turns';
import { afterEach, describe, expect, it } from 'vitest';
import { certify } from '../../../../relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../../relay/src/tls/key-pair.ts';
import { readAddress } from '../http/http-address.ts';
import { ANSWER_TIMEOUT_MS } from '../http/open-connection.ts';
import { REPORT_INTERVAL_MS } from './play.ts';
import { rtspSource } from './rtsp.ts';

const UNITS = h264Units('kddkd');
const cameras: ScriptedRtsp[] = [];

afterEach(() => {
	for (const camera of cameras.splice(0)) camera.close();
});

async function camera(behave?: RtspBehaviour, tls?: { readonly cert: string; readonly key: string }) {
	const started = await ScriptedRtsp.start(behave, tls);
	cameras.push(started);
	return started;
}

function watch(spec: string, { pin, clock = new FakeClock() }: { pin?: string; clock?: FakeClock } = {}) {
	const options = { maxPictureBytes: 100_000, clock, random: () => 0.5, pin };
	return { clock, watching: new Watching(rtspSource({ ...options, address: readAddress(spec) })) };
}

type Watched = ReturnType<typeof watch>;

async function playing({ requests }: ScriptedRtsp, { watching }: Watched): Promise<void> {
	await until(() => requests.some(({ method }) => method === 'PLAY') || watching.outcome !== 'running');
	await rounds();
}

/** Sends pictures until all have come, looks at them, and stops. */
async function pictures(from: ScriptedRtsp, watched: Watched, channel = 0): Promise<void> {
	const { watching, clock } = watched;
	await playing(from, watched);
	expect(watching.failure?.message).toBeUndefined();
	const sender = new RtpSender({ mostBytes: 30 });
	for (const [turn, unit] of UNITS.entries()) {
		for (const packet of sender.picture(unit, turn * 3600)) from.send(packet, channel);
	}
	await until(() => watching.frames.length === UNITS.length || watching.outcome !== 'running', clock, 1);
	expect(watching.failure?.message).toBeUndefined();
	expect(watching.frames.map(({ data }) => Buffer.from(data))).toEqual(UNITS.map((unit) => Buffer.from(unit)));
	await stop(watched);
}

async function stop({ watching, clock }: Watched): Promise<void> {
	watching.stop();
	await until(() => watching.outcome !== 'running');
	expect(watching.outcome).toBe('stopped');
	expect(clock.pending).toBe(0);
}

async function failureOf({ watching, clock }: Watched) {
	await until(() => watching.outcome !== 'running', clock, 10);
	expect(clock.pending).toBe(0);
	return watching.failure ?? expect.unreachable('it did not fail');
}

describe('a camera that speaks RTSP', () => {
	it('is asked for its video, and told goodbye', async () => {
		const from = await camera();
		await pictures(from, watch(from.url('', '/live?x=1#top')));
		await until(() => from.open === 0);
		expect(from.requests.map(({ method, url }) => [method, url.replace(/^rtsp:\/\/[^/]*/, '')])).toEqual([
			['OPTIONS', '/live?x=1'],
			['DESCRIBE', '/live?x=1'],
			['SETUP', '/live?x=1/track1'],
			['PLAY', '/live?x=1'],
			['TEARDOWN', '/live?x=1'],
		]);
		const [, describing, setUp, play, tearDown] = from.requests.map(({ text }) => text.split('\r\n'));
		expect(describing).toContain('Accept: application/sdp');
		expect(setUp).toContain('Transport: RTP/AVP/TCP;unicast;interleaved=0-1');
		expect(play).toEqual(expect.arrayContaining(['Session: 4711', 'Range: npt=0.000-']));
		expect(tearDown).toContain('Session: 4711');
		expect(from.requests.map(({ text }) => /CSeq: (\d+)/.exec(text)?.[1])).toEqual(['1', '2', '3', '4', '5']);
	});

	it('gives its pictures the times at which they were taken', async () => {
		const from = await camera();
		const watched = watch(from.url());
		await playing(from, watched);
		const sender = new RtpSender();
		const { clock, watching } = watched;
		const send = (turn: number) => {
			for (const packet of sender.picture(UNITS[turn] ?? new Uint8Array(), turn * 3600)) from.send(packet);
			return until(() => watching.frames.length === turn + 1, turn === 0 ? clock : undefined, 1);
		};
		await send(0);
		const began = watching.frames[0]?.capturedAt ?? 0;
		// The second picture is 1 s late, and so are those behind it, which waited with it.
		clock.advance(1000 - (clock.now() - began) / 1000);
		for (const turn of [1, 2, 3, 4]) await send(turn);
		const times = watching.frames.map(({ capturedAt }) => Math.round((capturedAt - began) / 1000));
		expect(times).toEqual([0, 40, 80, 120, 160]);
		await stop(watched);
	});

	it.each<[string, RtspBehaviour, number?]>([
		['knows no OPTIONS', ({ method }) => (method === 'OPTIONS' ? { status: '501 Not Implemented' } : undefined)],
		[
			'does not number its replies',
			({ method }) => (method === 'OPTIONS' ? { raw: rtspReply('200 OK', []) } : undefined),
		],
		[
			'numbers its replies wrongly',
			({ method }) => (method === 'OPTIONS' ? { raw: rtspReply('200 OK', ['CSeq: 77']) } : undefined),
		],
		[
			'writes its headers small',
			({ method }) =>
				method === 'SETUP' ? { raw: 'RTSP/1.0 200 OK\ncseq: 3\nsession: 4711\ntransport: RTP/AVP/TCP\n\n' } : undefined,
		],
		[
			'sends on other channels than asked',
			({ method }) =>
				method === 'SETUP' ? { headers: ['Session: 1', 'Transport: RTP/AVP/TCP;interleaved=8-9'] } : undefined,
			8,
		],
		[
			'names one channel and sends on another',
			({ method }) =>
				method === 'SETUP' ? { headers: ['Session: 1', 'Transport: RTP/AVP/TCP;interleaved=8-9'] } : undefined,
			0,
		],
		['has no sessions', ({ method }) => (method === 'SETUP' ? { headers: [] } : undefined)],
		[
			'is not asked for the whole session at once',
			({ method, url }) =>
				method === 'PLAY' && !url.endsWith('track1') ? { status: '459 Aggregate Operation Not Allowed' } : undefined,
		],
		[
			'knows no ranges',
			({ method, text }) => (method === 'PLAY' && text.includes('Range') ? { status: '457 Invalid Range' } : undefined),
		],
		[
			'takes tracks for relative addresses',
			({ method, url }) => (method === 'SETUP' && url.includes('live') ? { status: '404 Not Found' } : undefined),
		],
		[
			'sends something before it answers',
			({ method, socket }) => {
				if (method === 'PLAY') socket.write(interleaved(Buffer.from([0x80, 200, 0, 1, 0, 0, 0, 0]), 1));
				return undefined;
			},
		],
		[
			'asks whether we are there',
			({ method, socket }) => {
				if (method === 'PLAY') socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 5\r\n\r\n');
				return undefined;
			},
		],
	])('plays when it %s', async (_what, behave, channel) => {
		const from = await camera(behave);
		await pictures(from, watch(from.url()), channel);
	});

	it('has the first track of H.264 among several, with its parameter sets', async () => {
		const [sps, pps] = nalUnitsOf(UNITS[0] ?? new Uint8Array());
		const sets = [sps, pps].map((nal) => Buffer.from(nal ?? []).toString('base64')).join(',');
		const body = [
			...['v=0', 'a=control:rtsp://ignored/whole', 'm=audio 0 RTP/AVP 0', 'a=control:sound'],
			...['m=video 0 RTP/AVP 26', 'a=control:jpeg', 'm=video 0 RTP/AVP 97 98', 'a=rtpmap:97 H265/90000'],
			...['a=rtpmap:98 H264/90000', `a=fmtp:98 packetization-mode=1;sprop-parameter-sets=${sets}`, 'a=control:second'],
		].join('\r\n');
		const from = await camera(({ method }) =>
			method === 'DESCRIBE' ? { headers: ['Content-Base: rtsp://other/base/'], body } : undefined,
		);
		const watched = watch(from.url());
		await playing(from, watched);
		expect(from.requests.slice(2).map(({ url }) => url)).toEqual(['rtsp://other/base/second', 'rtsp://ignored/whole']);
		const sender = new RtpSender({ payloadType: 98 });
		const bare = nalUnitsOf(UNITS[0] ?? new Uint8Array()).filter((nal) => nalType(nal) === 5);
		for (const nal of bare) from.send(sender.packet(nal, 0, true), 0);
		await until(() => watched.watching.frames.length === 1, watched.clock, 1);
		expect(Buffer.from(watched.watching.frames[0]?.data ?? [])).toEqual(Buffer.from(UNITS[0] ?? []));
		await stop(watched);
	});

	it('that has JPEG alone gives that', async () => {
		const body = ['v=0', 'm=video 0 RTP/AVP 26', 'a=control:track1', ''].join('\r\n');
		const from = await camera(({ method }) => (method === 'DESCRIBE' ? { body } : undefined));
		const watched = watch(from.url());
		await playing(from, watched);
		const picture = Buffer.from(jpeg(70));
		const scan = picture.subarray(picture.indexOf(Buffer.from([0xff, 0xda])) + 14);
		const sender = new RtpSender({ payloadType: 26 });
		from.send(sender.packet(Buffer.concat([Uint8Array.of(0, 0, 0, 0, 1, 90, 2, 2), scan]), 0, true));
		await until(() => watched.watching.frames.length === 1);
		expect(watched.watching.frames[0]?.format).toMatchObject({ codec: 'jpeg', width: 16, height: 16 });
		await stop(watched);
	});

	it('may send packets of an older session, which are left out', async () => {
		const transport = 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=12345678';
		const from = await camera(({ method }) =>
			method === 'SETUP' ? { headers: ['Session: 1', transport] } : undefined,
		);
		const watched = watch(from.url());
		await playing(from, watched);
		const [own, old] = [new RtpSender(), new RtpSender({ source: 0x0bad_0bad, firstSequence: 9000 })];
		for (const [turn, unit] of UNITS.entries()) {
			for (const packet of own.picture(unit, turn * 3600)) from.send(packet);
			for (const packet of old.picture(h264Units('k', 32, 32)[0] ?? unit, 0)) from.send(packet);
		}
		await until(() => watched.watching.frames.length === UNITS.length, watched.clock, 1);
		expect(watched.watching.frames.every(({ format }) => format.width === 64)).toBe(true);
		await stop(watched);
	});

	it('is kept alive at half of its timeout, with reports every five seconds', async () => {
		const from = await camera(({ method }) =>
			method === 'SETUP'
				? { headers: ['Session: 4711 ; timeout=30', 'Transport: RTP/AVP/TCP;interleaved=2-3'] }
				: undefined,
		);
		const watched = watch(from.url());
		await playing(from, watched);
		for (const packet of new RtpSender().picture(UNITS[0] ?? new Uint8Array(), 0)) from.send(packet, 2);
		await until(() => watched.watching.frames.length === 1, watched.clock, 1);
		const alive = () => from.methods.filter((method) => method === 'GET_PARAMETER').length;
		await until(() => alive() === 1, watched.clock, 100);
		const reports = from.packets.length;
		for (let turn = 1; turn <= 12; turn++) {
			watched.clock.advance(REPORT_INTERVAL_MS);
			await until(() => from.packets.length === reports + turn);
		}
		await until(() => alive() === 5);
		expect(from.requests.at(-1)?.text).toContain('Session: 4711');
		const [report = Buffer.alloc(0)] = from.packets;
		// RFC 3550 6.4.2: a receiver report about the sender, on the second channel.
		expect([report[1], report[5], report.readUInt32BE(12).toString(16)]).toEqual([3, 201, '12345678']);
		await stop(watched);
	});

	it('is kept alive with OPTIONS when it knows nothing better, or refuses it', async () => {
		for (const isNamed of [false, true]) {
			const behave: RtspBehaviour = ({ method }) => {
				if (method === 'OPTIONS' && !isNamed) return { headers: ['Public: DESCRIBE, SETUP, PLAY'] };
				return method === 'GET_PARAMETER' ? { status: '454 Session Not Found' } : undefined;
			};
			const from = await camera(behave);
			const watched = watch(from.url());
			await playing(from, watched);
			for (let turn = 0; turn < 60; turn++) {
				watched.clock.advance(1000);
				await rounds(3);
			}
			expect(from.methods.slice(4)).toEqual(isNamed ? ['GET_PARAMETER', 'OPTIONS'] : ['OPTIONS', 'OPTIONS']);
			await stop(watched);
		}
	});
});

describe('a camera that asks who we are', () => {
	const secret = 'admin:p%23%3F%25@';
	const basic = `Authorization: Basic ${Buffer.from('admin:p#?%').toString('base64')}`;
	const DIGEST = 'WWW-Authenticate: Digest realm="cam", nonce="n1"';

	it('by Basic gets the password as it was meant', async () => {
		const from = await camera(({ text }) =>
			text.includes(basic)
				? undefined
				: { status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="cam"'] },
		);
		await pictures(from, watch(from.url(secret)));
		expect(from.methods).toEqual(['OPTIONS', 'OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']);
		expect(from.requests.every(({ url }) => !url.includes('p%23'))).toBe(true);
	});

	it('by Digest gets an answer for each address', async () => {
		const from = await camera(({ text }) =>
			text.includes('Digest username="admin"') ? undefined : { status: '401 Unauthorized', headers: [DIGEST] },
		);
		await pictures(from, watch(from.url(secret)));
		for (const { text, url } of from.requests.slice(1)) expect(text).toContain(`uri="${url}"`);
		expect(from.requests.some(({ text }) => text.includes('Basic'))).toBe(false);
	});

	it('gets another answer when its nonce has ended, in the middle too', async () => {
		let nonce = 1;
		const from = await camera(({ method, text }) => {
			if (method === 'SETUP' && nonce === 1) nonce++;
			if (text.includes(`nonce="n${nonce}"`)) return undefined;
			return { status: '401 Unauthorized', headers: [`WWW-Authenticate: Digest realm="cam", nonce="n${nonce}"`] };
		});
		await pictures(from, watch(from.url(secret)));
		expect(from.methods.filter((method) => method === 'SETUP')).toHaveLength(2);
	});

	it('and does not know the password is asked twice and no more, however often it changes its nonce', async () => {
		let asked = 0;
		const from = await camera(() => ({
			status: '401 Unauthorized',
			headers: [`WWW-Authenticate: Digest realm="cam", nonce="n${asked++}"`],
		}));
		const failure = await failureOf(watch(from.url('admin:guess@')));
		expect(failure).toMatchObject({ code: 'not-allowed', again: 'later' });
		expect(failure.message).toMatch(/^the camera at 127\.0\.0\.1:\d+ does not accept the user name and the password$/);
		expect(asked).toBe(2);
	});

	it('without saying how gets Basic', async () => {
		const from = await camera(({ text }) =>
			text.includes(basic) ? undefined : { status: '401 Unauthorized', headers: [] },
		);
		await pictures(from, watch(from.url(secret)));
	});

	it('in a way that is not known, or that has no answer, is named', async () => {
		const strange = await camera(() => ({ status: '401 Unauthorized', headers: ['WWW-Authenticate: Negotiate'] }));
		expect((await failureOf(watch(strange.url(secret)))).message).toMatch(
			/asks for a kind of sign-in that Oriel does not know/,
		);
		const locked = await camera(() => ({ status: '401 Unauthorized', headers: [DIGEST] }));
		expect((await failureOf(watch(locked.url()))).message).toMatch(
			/asks for a user name and a password: rtsp:\/\/USER:PASSWORD@…$/,
		);
	});
});

describe('a camera that sends us elsewhere', () => {
	const moved = (port: number): RtspBehaviour => {
		// Another host that needs no look-up, which takes longer than the clock of a test waits.
		const headers = [`Location: rtsp://0.0.0.0:${port}/other`];
		return ({ method }) => (method === 'DESCRIBE' ? { status: '302 Moved', headers } : undefined);
	};

	it('is followed', async () => {
		const target = await camera();
		const from = await camera(moved(target.port));
		await pictures(target, watch(from.url('me:hush@')));
		expect(target.requests[0]?.url).toMatch(/^rtsp:\/\/0\.0\.0\.0:\d+\/other$/);
	});

	it('does not get the password for another host', async () => {
		const headers = ['WWW-Authenticate: Basic realm="other"'];
		const target = await camera(() => ({ status: '401 Unauthorized', headers }));
		const from = await camera(moved(target.port));
		const failure = await failureOf(watch(from.url('me:hush@')));
		expect(failure.message).toMatch(/^the camera at 0\.0\.0\.0:\d+ asks for a user name and a password/);
		expect(target.requests.length).toBeGreaterThan(0);
		expect(target.requests.some(({ text }) => text.includes('Authorization'))).toBe(false);
	});

	it('in a circle, or to nowhere, is named', async () => {
		const circle: ScriptedRtsp = await camera(() => ({ status: '301 Moved', headers: [`Location: ${circle.url()}`] }));
		expect((await failureOf(watch(circle.url()))).message).toMatch(/redirects more than 3 times$/);
		const odd = await camera(() => ({ status: '301 Moved', headers: ['Location: http://cam/'] }));
		expect((await failureOf(watch(odd.url()))).message).toMatch(/redirects to something that is not an RTSP address$/);
	});
});

describe('a camera that does not play', () => {
	const describing =
		(body: string): RtspBehaviour =>
		({ method }) =>
			method === 'DESCRIBE' ? { body } : undefined;
	const status =
		(at: string, code: string): RtspBehaviour =>
		({ method }) =>
			method === at ? { status: code } : undefined;

	it.each<[string, RtspBehaviour, string, string, RegExp]>([
		[
			'has nothing there',
			status('DESCRIBE', '404 Not Found'),
			'not-found',
			'later',
			/has no stream at \/live \(status 404\); its manual tells the right path$/,
		],
		['forbids it', status('DESCRIBE', '403 Forbidden'), 'not-allowed', 'later', /forbids access \(status 403\)$/],
		[
			'has no stream to spare',
			status('SETUP', '453 Not Enough Bandwidth'),
			'busy',
			'soon',
			/no stream to spare \(status 453\)/,
		],
		[
			'does not send over TCP',
			status('SETUP', '461 Unsupported Transport'),
			'bad-answer',
			'later',
			/does not send over TCP \(status 461\).*set it to RTP over RTSP \(TCP\)$/,
		],
		[
			'insists on UDP',
			({ method }) => (method === 'SETUP' ? { headers: ['Transport: RTP/AVP;client_port=1-2'] } : undefined),
			'bad-answer',
			'later',
			/does not send over TCP \(it offers UDP\)/,
		],
		[
			'forgets the session',
			status('PLAY', '454 Session Not Found'),
			'ended',
			'soon',
			/forgotten the session \(status 454\)$/,
		],
		['has a fault', status('PLAY', '500 Oops'), 'bad-answer', 'soon', /answers PLAY with status 500$/],
		[
			'sends H.265',
			describing(SDP.replace('H264', 'H265')),
			'no-picture',
			'later',
			/sends H\.265 \(HEVC\) there, expected H\.264 or JPEG; set it to H\.264/,
		],
		[
			'sends something unheard of',
			describing(SDP.replace('H264', 'X<b>')),
			'no-picture',
			'later',
			/sends X\?B\? there/,
		],
		[
			'sends sound alone',
			describing('m=audio 0 RTP/AVP 0'),
			'no-picture',
			'later',
			/sends no video there; its manual tells the right path$/,
		],
		['describes nothing', describing(''), 'no-picture', 'later', /sends no video there/],
		[
			'speaks HTTP',
			() => ({ raw: 'HTTP/1.0 400 Bad Request\r\n\r\n' }),
			'bad-answer',
			'soon',
			/answers with HTTP; is the port right\?/,
		],
		[
			'closes the door',
			({ socket }) => {
				socket.end();
				return false;
			},
			'broken',
			'soon',
			/closed the connection without an answer$/,
		],
		['is silent', () => false, 'timed-out', 'soon', /takes longer than 12 s to answer$/],
	])('says why when it %s', async (_what, behave, code, again, words) => {
		const from = await camera(behave);
		const failure = await failureOf(watch(from.url('me:hush@')));
		expect(failure).toMatchObject({ code, again });
		expect(failure.message).toMatch(words);
		expect(failure.message).not.toContain('hush');
	});

	it('is not there', async () => {
		const from = await camera();
		const url = from.url();
		from.close();
		expect(await failureOf(watch(url))).toMatchObject({ code: 'refused', again: 'soon' });
	});

	it('ends its stream', async () => {
		const from = await camera();
		const watched = watch(from.url());
		await playing(from, watched);
		for (const packet of new RtpSender().picture(UNITS[0] ?? new Uint8Array(), 0)) from.send(packet);
		await until(() => watched.watching.frames.length === 1, watched.clock, 1);
		from.close();
		expect(await failureOf(watched)).toMatchObject({ code: 'ended', again: 'soon' });
	});

	it('sends a picture that is too large', async () => {
		const from = await camera();
		const watched = watch(from.url());
		await playing(from, watched);
		const sender = new RtpSender();
		for (const part of fragments(Buffer.alloc(150_000, 0x65), 1200)) from.send(sender.packet(part, 0, false));
		expect(await failureOf(watched)).toMatchObject({ code: 'too-large', again: 'soon' });
	});

	it('is not waited for after an abort, at any point', async () => {
		for (const silentAt of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']) {
			const from = await camera(({ method }) => (method === silentAt ? false : undefined));
			const watched = watch(from.url());
			await until(() => from.methods.includes(silentAt === 'TEARDOWN' ? 'PLAY' : silentAt));
			await stop(watched);
			await until(() => from.open === 0);
		}
		expect(ANSWER_TIMEOUT_MS).toBe(12_000);
	});
});

describe('a camera with TLS', () => {
	const key = newPrivateKey();
	const DAY = 86_400_000;
	const now = Date.now();
	const cert = certify({ names: ['cam'], subject: 'cam', key, notBefore: now - DAY, notAfter: now + DAY });

	it('of its own is refused with its pin in the words, and plays with that pin and no other', async () => {
		const from = await camera(undefined, { cert, key });
		const url = from.url('me:hush@').replace('rtsp:', 'rtsps:');
		const refused = await failureOf(watch(url));
		expect(refused).toMatchObject({ code: 'certificate', again: 'later' });
		const [, pin = ''] = /--camera-pin (sha256\/\S+)$/.exec(refused.message) ?? [];
		expect(from.requests).toEqual([]);
		await pictures(from, watch(url, { pin }));
		const other = await failureOf(watch(url, { pin: `sha256/${'A'.repeat(43)}=` }));
		expect(other.message).toContain('is not the camera that the pin belongs to');
	});
});

describe('a slow camera', () => {
	it.each([10, 33, 60])(
		'with a picture every %d s is watched for five minutes, each picture at once',
		async (seconds) => {
			const from = await camera();
			const watched = watch(from.url());
			const { clock, watching } = watched;
			await playing(from, watched);
			const sender = new RtpSender({ mostBytes: 30 });
			let sent = 0;
			const send = () => {
				for (const packet of sender.picture(UNITS[sent === 0 ? 0 : 1] ?? new Uint8Array(), sent * seconds * 90_000))
					from.send(packet);
				sent++;
			};
			send();
			await until(() => watching.frames.length === 1, clock, 1);
			for (let second = 1; second <= 300; second++) {
				clock.advance(1000);
				if (second % seconds > 0) {
					await rounds(1);
					continue;
				}
				send();
				await until(() => watching.frames.length === sent || watching.outcome !== 'running');
			}
			expect([watching.outcome, watching.frames.length]).toEqual(['running', 1 + Math.floor(300 / seconds)]);
			const times = watching.frames.map(({ capturedAt }) => Math.round(capturedAt / 1e6));
			expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual(times.slice(1).map(() => seconds));
			await stop(watched);
		},
	);

	it('is given up in the end when nothing more comes', async () => {
		const from = await camera();
		const watched = watch(from.url());
		await playing(from, watched);
		for (const packet of new RtpSender().picture(UNITS[0] ?? new Uint8Array(), 0)) from.send(packet);
		await until(() => watched.watching.frames.length === 1, watched.clock, 1);
		watched.clock.advance(MAX_STALL_MS);
		expect(await failureOf(watched)).toMatchObject({ code: 'stalled', again: 'soon' });
		const silent = watch(from.url());
		await until(() => from.methods.filter((method) => method === 'PLAY').length === 2);
		await rounds();
		silent.clock.advance(UNKNOWN_STALL_MS - 1000);
		await rounds();
		expect(silent.watching.outcome).toBe('running');
		silent.clock.advance(1000);
		expect(await failureOf(silent)).toMatchObject({ code: 'stalled', again: 'soon' });
	});
});
