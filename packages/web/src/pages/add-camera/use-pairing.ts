import type { Pairing, StartedPairing } from '@oriel/api';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../api/answer.ts';
import { followPairing } from '../../api/pairings.ts';

/** How long to wait after a question without an answer. */
const PAUSE_MS = 1_500;

/** Where a pairing stands, and whether the relay is out of reach. */
export interface FollowedPairing {
	readonly pairing: Pairing;
	readonly isLost: boolean;
}

/** Follows a pairing until it is over: the page learns of each step as it happens. */
export function usePairing(started: StartedPairing): FollowedPairing {
	const [followed, setFollowed] = useState<FollowedPairing>({ pairing: started.pairing, isLost: false });
	useEffect(() => {
		let isWanted = true;
		const follow = async () => {
			let { pairing } = started;
			while (isWanted && pairing.state !== 'live' && pairing.state !== 'expired') {
				const answer = await followPairing(pairing.id, pairing.state);
				if (!isWanted) return;
				pairing = learn(pairing, answer);
				setFollowed({ pairing, isLost: answer.kind === 'unreachable' || answer.kind === 'unreadable' });
				if (answer.kind !== 'success') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
			}
		};
		void follow();
		return () => {
			isWanted = false;
		};
	}, [started]);
	return followed;
}

/** A pairing that the relay does not know any more was withdrawn, or forgotten after an hour. */
function learn(known: Pairing, answer: Answer<Pairing>): Pairing {
	if (answer.kind === 'success') return answer.value;
	return answer.kind === 'refused' && answer.code === 'not-found' ? { ...known, state: 'expired' } : known;
}
