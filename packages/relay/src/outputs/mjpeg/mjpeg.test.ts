import { connect, type Socket } from 'node:net';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg, jpegOfSize } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { drainHead, slowViewer } from '@oriel/testing/relay/slow-viewer';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { removeKeys, removeToken } from '../../auth/keys.ts';

describe('a slow viewer of stream.mjpg', () => {
	it('gets the newest picture at once, and the newest next; those in between are passed over and counted', async () => {
		const fixture = slowViewer();
		fixture.picture(1);
		fixture.begin();
		await drainHead(fixture);
		expect(fixture.shown()).toEqual([1]);
		for (const shade of [2, 3, 4]) fixture.picture(shade);
		expect(fixture.shown()).toEqual([1]);
		await fixture.socket.drain();
		await fixture.socket.drain();
		expect(fixture.shown()).toEqual([1, 4]);
		expect(fixture.camera.video.counters.egress('mjpeg')).toMatchObject({ frames: 2, droppedBehind: 2 });
		fixture.picture(5);
		expect(fixture.shown()).toEqual([1, 4, 5]);
	});

	it('is said to be behind when it misses pictures for three seconds in a row, not for less', async () => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		const second = async (pictures: number) => {
			for (let count = 0; count < pictures; count++) fixture.picture(count);
			await fixture.socket.drain();
			await fixture.socket.drain();
			fixture.clock.advance(1000);
			fixture.camera.tick(fixture.clock.now());
		};
		for (const pictures of [3, 3, 1, 0, 3, 3]) await second(pictures);
		expect(fixture.fallen()).toBe(0);
		for (const pictures of [0, 3]) await second(pictures);
		expect(fixture.fallen()).toBe(1);
	});

	it('never has more than one picture in its socket', async () => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		for (let count = 0; count < 1000; count++) {
			fixture.picture(count);
			expect(fixture.socket.writableLength).toBeLessThan(2200);
		}
	});

	it('is ended when it takes nothing for ten seconds, and lets go of everything', async () => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		fixture.picture(1);
		for (let second = 0; second < 10; second++) {
			fixture.clock.advance(1000);
			fixture.camera.tick(fixture.clock.now());
		}
		expect(fixture.socket.destroyed).toBe(false);
		// Counted from the first tick that finds it stuck.
		for (let second = 0; second < 2; second++) {
			fixture.clock.advance(1000);
			fixture.camera.tick(fixture.clock.now());
		}
		await until(() => fixture.socket.closed && fixture.leases.size === 0);
		expect(fixture.camera.viewers.length).toBe(0);
		fixture.picture(2);
		expect(fixture.shown()).toEqual([1]);
	});

	it.each([
		['its access is revoked', (fixture: ReturnType<typeof slowViewer>) => [...fixture.leases][0]?.()],
		['the relay stops', (fixture: ReturnType<typeof slowViewer>) => fixture.stopping.abort()],
		['the camera is removed', (fixture: ReturnType<typeof slowViewer>) => fixture.camera.remove()],
		['it leaves', (fixture: ReturnType<typeof slowViewer>) => fixture.socket.destroy()],
		[
			'its connection breaks',
			(fixture: ReturnType<typeof slowViewer>) => fixture.socket.destroy(new Error('ECONNRESET')),
		],
	])('ends when %s', async (_words, happen) => {
		const fixture = slowViewer();
		fixture.begin();
		await drainHead(fixture);
		happen(fixture);
		await until(() => fixture.socket.closed && fixture.leases.size === 0);
		expect(fixture.camera.viewers.length).toBe(0);
	});
});

/** What a viewer on a real socket hears. */
function listen(relay: RunningRelay, lines: string[]): { socket: Socket; heard: () => Buffer } {
	const chunks: Buffer[] = [];
	const socket = connect({ port: relay.relay.port, host: '127.0.0.1' });
	socket.on('data', (chunk) => chunks.push(chunk));
	socket.on('error', () => {});
	socket.write([...lines, 'host: relay', '', ''].join('\r\n'));
	return { socket, heard: () => Buffer.concat(chunks) };
}

describe('stream.mjpg', () => {
	it('is multipart/x-mixed-replace to the letter: each part ends with the next boundary', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		const authorization = `authorization: Bearer ${relay.token()}`;
		const viewer = listen(relay, ['GET /cameras/door/stream.mjpg HTTP/1.1', authorization]);
		const part = (data: Uint8Array) =>
			Buffer.concat([
				Buffer.from(`Content-Type: image/jpeg\r\nContent-Length: ${data.length}\r\n\r\n`),
				data,
				Buffer.from('\r\n--oriel-picture\r\n'),
			]);
		const wanted = Buffer.concat([Buffer.from('\r\n\r\n--oriel-picture\r\n'), part(jpeg(1)), part(jpeg(2))]);
		await until(() => viewer.heard().includes(part(jpeg(1))));
		agent.frame(1, jpeg(2));
		await until(() => viewer.heard().includes(wanted));
		const head = viewer.heard().subarray(0, viewer.heard().indexOf('\r\n\r\n')).toString().split('\r\n');
		expect(head).toEqual([
			'HTTP/1.1 200 OK',
			'content-type: multipart/x-mixed-replace; boundary=oriel-picture',
			'x-accel-buffering: no',
			'connection: close',
			'cache-control: private, no-store',
			'x-content-type-options: nosniff',
			'referrer-policy: no-referrer',
			'cross-origin-resource-policy: same-origin',
			"content-security-policy: default-src 'none'; frame-ancestors 'none'",
			'date: Sun, 22 Nov 2026 14:02:00 GMT',
		]);
		expect(viewer.heard().indexOf(wanted)).toBe(head.join('\r\n').length);
		viewer.socket.destroy();
	});

	it('answers HEAD with its headers and nothing more', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		const viewer = listen(relay, ['HEAD /cameras/door/stream.mjpg HTTP/1.1', `authorization: Bearer ${relay.token()}`]);
		await until(() => viewer.socket.closed);
		expect(viewer.heard().toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*multipart.*GMT\r\n\r\n$/s);
	});

	it('does not mix the answer to a second request into the pictures', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		const request = ['GET /cameras/door/stream.mjpg HTTP/1.1', `authorization: Bearer ${relay.token()}`];
		const second = 'GET /healthz HTTP/1.1\r\nhost: relay\r\n\r\n';
		const viewer = listen(relay, request);
		await until(() => viewer.heard().includes('Content-Length'));
		viewer.socket.write(second);
		await rounds();
		agent.frame(1, jpeg(2));
		await until(() => viewer.heard().toString('latin1').split('Content-Length').length === 3);
		expect(viewer.heard().toString('latin1').split('HTTP/1.1').length).toBe(2);
		viewer.socket.destroy();
	});

	it('to a viewer that never reads holds one picture in the socket and one waiting, and others notice nothing', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		const token = `authorization: Bearer ${relay.token()}`;
		const lazy = listen(relay, ['GET /cameras/door/stream.mjpg HTTP/1.1', token]);
		lazy.socket.pause();
		await using other = await relay.viewer();
		other.watch('door');
		other.onFrame = (frame) => {
			other.ack(frame);
			other.received.push({ ...frame, data: frame.data.subarray(0, 1) });
		};
		const picture = jpegOfSize(1_000_000);
		const count = 40;
		for (let sequence = 0; sequence < count; sequence++) {
			agent.frame(sequence, picture);
			await until(() => other.frames.length > sequence);
		}
		const text = await relay.metrics();
		const [, sent] = /oriel_egress_frames_total\{camera="door",transport="mjpeg"\} (\d+)/.exec(text) ?? [];
		// The kernel takes some; what it does not take is one picture, not sixty.
		expect(Number(sent)).toBeLessThan(count - 10);
		for (let second = 0; second < 12; second++) {
			clock.advance(1000);
			other.send({ type: 'ping', sentAt: 0 });
			await until(() => other.all('pong').length > second);
		}
		lazy.socket.resume();
		await until(() => lazy.socket.closed);
		expect(other.code).toBeUndefined();
	});

	it('ends within a second of the end of its token, and when its camera is removed', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door', 'roof'] });
		const open = (path: string, token: string) =>
			listen(relay, [`GET ${path} HTTP/1.1`, `authorization: Bearer ${token}`]);
		const grant = relay.grant();
		const brief = open('/cameras/door/stream.mjpg', relay.token({ lifetimeMs: 30_000 }));
		const removed = open('/cameras/door/stream.mjpg', grant.secret);
		const roof = open('/cameras/roof/stream.mjpg', relay.token());
		const all = [brief, removed, roof];
		await until(() => all.every((viewer) => viewer.heard().length > 0));
		removeToken(relay.files, grant.token.id);
		clock.advance(1000);
		await until(() => removed.socket.closed);
		expect(brief.socket.closed).toBe(false);
		clock.advance(30_000);
		await until(() => brief.socket.closed);
		expect(roof.socket.closed).toBe(false);
		removeKeys(relay.files, 'roof');
		clock.advance(1000);
		await until(() => roof.socket.closed);
	});
});
