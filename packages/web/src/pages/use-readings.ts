import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrielPlayer } from '../player/define.ts';
import { figures, methodWords } from '../player/element/figures.ts';
import type { PlayerState } from '../player/element/player-state.ts';
import './player-tag.ts';

const READ_INTERVAL_MS = 500;

export interface Readings {
	readonly state: PlayerState;
	/** Rate and age in words. */
	readonly figures: string;
	/** What is shown and how, in words; empty while nothing is. */
	readonly method: string;
	/** Why a decoder has failed; empty if none has. */
	readonly trouble: string;
}

/** What a player shows, read often enough to be followed and rarely enough to be read. */
export function useReadings(): { readonly player: RefObject<OrielPlayer | null>; readonly readings: Readings } {
	const player = useRef<OrielPlayer>(null);
	const [readings, setReadings] = useState<Readings>({ state: 'connecting', figures: '', method: '', trouble: '' });
	useEffect(() => {
		const element = player.current;
		if (!element) return;
		const read = () => {
			const { state, framesPerSecond, ageMs, method, methodReason } = element;
			const words = state === 'live' ? figures(framesPerSecond, ageMs) : '';
			setReadings({ state, figures: words, method: method ? methodWords(method) : '', trouble: methodReason ?? '' });
		};
		read();
		element.addEventListener('statechange', read);
		const timer = setInterval(read, READ_INTERVAL_MS);
		return () => {
			element.removeEventListener('statechange', read);
			clearInterval(timer);
		};
	}, []);
	return { player, readings };
}
