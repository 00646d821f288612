import { micros } from '@oriel/base';
import type { CameraState } from '@oriel/protocol';
import { expect, it } from 'vitest';
import type { Camera } from '../connection/directory.ts';
import { type PlayerInputs, playerState } from './player-state.ts';

const NOW = micros(100_000);

function camera(state: CameraState | undefined, confirmed = true): Camera {
	const status = state && { state, since: 0, reason: undefined };
	const announce = {
		name: 'porch',
		title: 'Porch',
		codec: 'jpeg',
		width: 0,
		height: 0,
		stream: 1,
		capabilities: [],
	} as const;
	return { ...announce, capabilities: [], status, confirmed, tracks: new Set() };
}

const well: PlayerInputs = {
	connection: { phase: 'open' },
	listed: true,
	camera: camera('live'),
	now: NOW,
	expectedSince: NOW - micros(60_000),
	newestAt: NOW - micros(40),
	intervalMs: 40,
};

const rows: readonly [string, Partial<PlayerInputs>, ReturnType<typeof playerState>][] = [
	['pictures come', {}, 'live'],
	['not yet asked to connect', { connection: { phase: 'idle' } }, 'connecting'],
	['first dial', { connection: { phase: 'connecting' } }, 'connecting'],
	['the relay is lost', { connection: { phase: 'reconnecting', since: 0 } }, 'reconnecting'],
	['sent away', { connection: { phase: 'ended', reason: 'revoked', message: '' } }, 'removed'],
	['open, but the list has not come to the camera', { camera: undefined, listed: false }, 'connecting'],
	[
		'open again, but the list has not come to the camera',
		{ camera: camera('live', false), listed: false },
		'reconnecting',
	],
	['not on the list', { camera: undefined }, 'removed'],
	['announced, its status still to come', { camera: camera(undefined) }, 'waiting'],
	['the camera never sent', { camera: camera('never') }, 'waiting'],
	['the relay says stalled, though a picture just came', { camera: camera('stalled') }, 'stalled'],
	['the relay says offline, though a picture just came', { camera: camera('offline') }, 'offline'],
	['live, no picture yet', { newestAt: undefined }, 'waiting'],
	['live again, only an old picture', { expectedSince: NOW, newestAt: NOW - 1 }, 'waiting'],
	['quiet for just 2 s', { newestAt: NOW - micros(2_000) }, 'live'],
	['quiet for over 2 s', { newestAt: NOW - micros(2_001) }, 'behind'],
	['a slow camera within five of its gaps', { newestAt: NOW - micros(9_000), intervalMs: 2_000 }, 'live'],
	['a slow camera over five of its gaps', { newestAt: NOW - micros(10_001), intervalMs: 2_000 }, 'behind'],
	['quiet with an unknown gap', { newestAt: NOW - micros(2_001), intervalMs: undefined }, 'behind'],
	['quiet because the page is hidden', { newestAt: NOW - micros(9_000), expectedSince: undefined }, 'live'],
];

it.each(rows)('%s', (_, difference, state) => {
	expect(playerState({ ...well, ...difference })).toBe(state);
});
