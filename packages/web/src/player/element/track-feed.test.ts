import type { TrackName } from '@oriel/stream';
import { H264 } from '@oriel/testing/a-frame';
import { aFrame } from '@oriel/testing/web/a-frame';
import { expect, it } from 'vitest';
import type { FrameSink, ReceivedFrame } from '../connection/received-frame.ts';
import { TrackFeed } from './track-feed.ts';

/** A connection of which the test sends the frames, and what a player makes of them. */
function setUp(keptTracks: readonly TrackName[] = []) {
	const sinks = new Map<TrackName, FrameSink>();
	const kept = new Map<TrackName, ReceivedFrame[]>();
	const seen: string[] = [];
	const settled: string[] = [];
	const make = (track: TrackName, sequence: number, key = true) =>
		aFrame({
			track: { number: 1, camera: 'porch', name: track },
			sequence,
			key,
			format: H264,
			settle: () => void settled.push(`${track} ${sequence}`),
		});
	for (const track of keptTracks) kept.set(track, [make(track, 1), make(track, 2, false)]);
	let rewatched = 0;
	let isThin: (() => boolean) | undefined;
	const feed = new TrackFeed({
		camera: 'porch',
		connection: {
			kept: (_camera, track = 'video') => kept.get(track) ?? [],
			rewatch: () => void rewatched++,
			watch(_camera, sink, track = 'video', thin = undefined) {
				isThin = thin;
				sinks.set(track, sink);
				for (const frame of kept.get(track) ?? []) sink(frame);
				return () => sinks.delete(track);
			},
		},
		onSwitch: () => void seen.push('switch'),
		onFrame: ({ track, sequence }) => void seen.push(`${track.name} ${sequence}`),
	});
	const send = (track: TrackName, sequence: number, key = true) => sinks.get(track)?.(make(track, sequence, key));
	const thin = () => [isThin?.(), rewatched];
	return { feed, seen, settled, send, thin, watched: () => [...sinks.keys()] };
}

it('shows the track that is wanted, while it is seen', () => {
	const { feed, seen, send, watched } = setUp();
	feed.choose('preview');
	expect(watched()).toEqual([]);
	feed.start();
	feed.start();
	send('preview', 4, false);
	expect([seen, watched(), feed.track]).toEqual([['preview 4'], ['preview'], 'preview']);
	feed.stop();
	expect(watched()).toEqual([]);
});

it('goes on with the track before until a key frame of the new one has come', () => {
	const { feed, seen, settled, send, watched } = setUp();
	feed.start();
	send('video', 1);
	feed.choose('preview');
	expect(watched()).toEqual(['video', 'preview']);
	send('preview', 7, false);
	send('video', 2, false);
	expect([seen, settled, feed.track]).toEqual([['video 1', 'video 2'], ['preview 7'], 'video']);
	send('preview', 8);
	send('preview', 9, false);
	expect(seen).toEqual(['video 1', 'video 2', 'switch', 'preview 8', 'preview 9']);
	expect([watched(), feed.track]).toEqual([['preview'], 'preview']);
});

it('that changes its mind stays with what it has', () => {
	const { feed, seen, send, watched } = setUp();
	feed.start();
	send('video', 1);
	feed.choose('preview');
	feed.choose('video');
	send('video', 2, false);
	expect([seen, watched()]).toEqual([['video 1', 'video 2'], ['video']]);
});

it('begins with a kept preview where the video is not there yet, and goes on to it without a gap', () => {
	const { feed, seen, send, watched } = setUp(['preview']);
	feed.start();
	expect([seen, watched(), feed.track]).toEqual([['preview 1', 'preview 2'], ['preview', 'video'], 'preview']);
	send('preview', 3, false);
	send('video', 40);
	send('video', 41, false);
	expect(seen.slice(2)).toEqual(['preview 3', 'switch', 'video 40', 'video 41']);
	expect(watched()).toEqual(['video']);
});

it('begins with the kept video where there is one', () => {
	const { feed, seen, watched } = setUp(['preview', 'video']);
	feed.start();
	expect([seen, watched()]).toEqual([['video 1', 'video 2'], ['video']]);
	feed.choose('preview');
	expect([seen.slice(2), watched()]).toEqual([['switch', 'preview 1', 'preview 2'], ['preview']]);
});

it('asks for few frames where they are enough, without a new subscription', () => {
	const { feed, thin, watched } = setUp();
	feed.start();
	expect(thin()).toEqual([false, 0]);
	feed.thin(true);
	feed.thin(true);
	expect([thin(), watched()]).toEqual([[true, 1], ['video']]);
	feed.thin(false);
	expect(thin()).toEqual([false, 2]);
});
