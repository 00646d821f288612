import type { PlayerState } from '../player/element/player-state.ts';
import { Pill, type Tone } from '../ui/pill.tsx';

const LOOKS: Readonly<Record<PlayerState, readonly [Tone, string]>> = {
	connecting: ['quiet', 'Connecting'],
	waiting: ['quiet', 'Waiting'],
	live: ['good', 'Live'],
	behind: ['warn', 'Behind'],
	stalled: ['warn', 'Stalled'],
	offline: ['bad', 'Offline'],
	reconnecting: ['warn', 'Reconnecting'],
	removed: ['quiet', 'Not here'],
};

/** What a player is doing, as a pill. */
export function StatePill({ state }: { state: PlayerState }) {
	const [tone, word] = LOOKS[state];
	return <Pill tone={tone}>{word}</Pill>;
}
