import { silentLog } from '@oriel/base';
import type { EncodedFrame, TrackName } from '@oriel/stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { named } from '@oriel/testing/relay/named';
import { describe, expect, it } from 'vitest';
import { type Camera, MAX_TRACKS } from './camera.ts';
import { Hub } from './hub.ts';
import type { Track } from './track.ts';
import type { Viewer } from './viewer.ts';

const DATA = new Uint8Array(100);

/** A hub with some cameras, one of which is published, and what its publisher was asked for. */
function open(names = ['door'], maxCameras = 100) {
	const clock = new FakeClock();
	const hub = new Hub({ clock, log: silentLog, maxCameras });
	hub.setCameras(named(names));
	const asked: string[] = [];
	const camera = hub.camera('door') as Camera;
	const publish = () =>
		camera.publish({
			via: 'test',
			ended: () => {},
			requestKey: (track) => asked.push(`key ${track}`),
			pause: (track) => asked.push(`pause ${track}`) > 0,
			resume: (track) => asked.push(`resume ${track}`),
		});
	const pass = (seconds: number) => {
		for (let second = 0; second < seconds; second++) clock.advance(1000);
	};
	return { clock, hub, camera, publish, asked, pass };
}

class Eye implements Viewer {
	readonly transport = 'live';
	readonly seen: EncodedFrame[] = [];
	removed = false;
	offer = (frame: EncodedFrame) => void this.seen.push(frame);
	cameraRemoved = () => {
		this.removed = true;
	};
}

const key = (capturedAt = 0) => ({ key: true, capturedAt, data: DATA });

describe('a track', () => {
	it('has its own number, sequence, format, frames and viewers', () => {
		const { camera, publish } = open(['door', 'roof']);
		const publication = publish();
		const preview = publication.track('preview');
		preview?.describe({ codec: 'jpeg', width: 160, height: 90 });
		const [video, small] = [new Eye(), new Eye()];
		camera.video.attach(video);
		camera.track('preview')?.attach(small);
		for (let count = 0; count < 3; count++) publication.video.push(key());
		preview?.push(key());
		expect(video.seen.map(({ track, sequence }) => [track.number, track.name, sequence])).toEqual([
			[1, 'video', 1],
			[1, 'video', 2],
			[1, 'video', 3],
		]);
		expect(small.seen.map(({ track, sequence, format }) => [track.number, track.name, sequence, format.width])).toEqual(
			[[3, 'preview', 1, 160]],
		);
		expect([camera.video.format.width, camera.viewers.length]).toEqual([0, 2]);
		expect([...camera.tracks].map(({ id }) => id.name)).toEqual(['video', 'preview']);
	});

	it('is paused and resumed by its own viewers, and asked for its own key frames', () => {
		const { camera, publish, asked, pass } = open();
		const publication = publish();
		publication.track('preview')?.push(key());
		publication.video.push(key());
		const detach = camera.video.attach(new Eye());
		for (let second = 0; second < 11; second++) {
			publication.video.push(key());
			pass(1);
		}
		expect(asked).toEqual(['pause preview']);
		camera.track('preview')?.attach(new Eye());
		camera.track('preview')?.requestKey();
		expect(asked).toEqual(['pause preview', 'resume preview', 'key preview']);
		detach();
		expect(camera.video.isPaused).toBe(false);
	});

	it('beside `video` does not tell how the camera fares', () => {
		const { camera, publish, pass } = open();
		const publication = publish();
		camera.video.attach(new Eye());
		publication.track('data/speed')?.push(key());
		expect(camera.condition.state).toBe('never');
		publication.video.push(key());
		publication.video.push(key());
		for (let second = 0; second < 200; second++) {
			publication.track('data/speed')?.push(key());
			pass(1);
		}
		expect(camera.condition.state).toBe('stalled');
	});

	it('goes with its publication, and its viewers and observers are told', () => {
		const { hub, camera, publish } = open();
		const gone: string[] = [];
		const trackRemoved = (of: Camera, track: Track) => void gone.push(`${of.name} ${track.id.name}`);
		hub.observe({ added() {}, changed() {}, removed() {}, trackRemoved });
		const first = publish();
		const eye = new Eye();
		first.track('preview');
		camera.track('preview')?.attach(eye);
		const second = publish();
		expect([eye.removed, camera.track('preview'), first.track('preview')]).toEqual([true, undefined, undefined]);
		second.track('audio');
		second.track('audio')?.close();
		expect(gone).toEqual(['door preview', 'door audio']);
		second.video.close();
		expect([...camera.tracks]).toEqual([camera.video]);
	});

	it('begins a run with a discontinuity, and goes on without', () => {
		const { camera, publish } = open();
		const eye = new Eye();
		camera.video.attach(eye);
		const delta = { ...key(), key: false };
		const first = publish();
		for (const frame of [key(), delta, delta]) first.video.push(frame);
		first.video.lost();
		for (const frame of [delta, key(), delta]) first.video.push(frame);
		publish().video.push(key());
		expect(eye.seen.map(({ discontinuity }) => discontinuity)).toEqual([true, false, false, true, false, true]);
	});

	it('keeps which process numbered a frame first', () => {
		const { camera, publish } = open();
		const origin = { run: '0123456789abcdef', sequence: 7 };
		publish().video.push({ ...key(), origin });
		expect(camera.video.newest).toMatchObject({ sequence: 1, origin });
	});
});

it('a camera has at most so many tracks, and a relay at most so many in all', () => {
	const { camera, publish } = open();
	const publication = publish();
	const names = Array.from({ length: MAX_TRACKS }, (_, index): TrackName => `data/${index}`);
	expect(names.map((name) => publication.track(name) !== undefined)).toEqual([
		...Array.from({ length: MAX_TRACKS - 1 }, () => true),
		false,
	]);
	expect(camera.track('data/0')).toBeDefined();
	const small = open(['door', 'roof'], 3);
	const other = small.publish();
	expect([other.track('preview') !== undefined, other.track('audio') !== undefined]).toEqual([true, false]);
	small.hub.setCameras(named(['door', 'roof', 'yard']));
	expect(small.hub.camera('yard')).toBeUndefined();
});
