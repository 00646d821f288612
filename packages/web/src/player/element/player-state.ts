import { type Micros, type Millis, micros } from '@oriel/base';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { Camera } from '../connection/directory.ts';

/** What a player can be doing. */
export const PLAYER_STATES = [
	'connecting',
	'waiting',
	'live',
	'behind',
	'stalled',
	'offline',
	'reconnecting',
	'removed',
] as const;
export type PlayerState = (typeof PLAYER_STATES)[number];

/** Everything that decides what a player is doing. Times are of the page's own clock. */
export interface PlayerInputs {
	readonly connection: ConnectionState;
	/** Whether the relay has told of all its cameras. */
	readonly listed: boolean;
	readonly camera: Camera | undefined;
	readonly now: Micros;
	/** Since when pictures ought to come: camera live, connection open, player seen. Undefined: they need not. */
	readonly expectedSince: Micros | undefined;
	/** When the picture on the canvas arrived. */
	readonly newestAt: Micros | undefined;
	/** The usual gap between two pictures. */
	readonly intervalMs: Millis | undefined;
}

const MIN_BEHIND_MS: Millis = 2_000;
const BEHIND_INTERVALS = 5;

/** What a player is doing. The connection decides first, then the relay's word about the camera, then the pictures. */
export function playerState(inputs: PlayerInputs): PlayerState {
	const { connection, camera, listed } = inputs;
	if (connection.phase === 'ended') return 'removed';
	if (connection.phase === 'reconnecting') return 'reconnecting';
	if (connection.phase !== 'open') return 'connecting';
	if (!camera?.confirmed) return listed ? 'removed' : camera ? 'reconnecting' : 'connecting';
	switch (camera.status?.state) {
		case 'offline':
		case 'stalled':
			return camera.status.state;
		case 'live':
			return pictureState(inputs);
		default:
			return 'waiting';
	}
}

function pictureState({ now, expectedSince, newestAt, intervalMs }: PlayerInputs): PlayerState {
	if (newestAt === undefined || newestAt < (expectedSince ?? 0)) return 'waiting';
	if (expectedSince === undefined) return 'live';
	const patience = Math.max(MIN_BEHIND_MS, (intervalMs ?? 0) * BEHIND_INTERVALS);
	return now - newestAt > micros(patience) ? 'behind' : 'live';
}
