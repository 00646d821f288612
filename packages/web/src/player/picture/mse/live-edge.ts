/** Further behind than this, playing faster would take too long. */
const JUMP_BEHIND_S = 0.5;
/** So far behind the newest picture may be when it arrives, so that a late one does not stop the playing. */
const TARGET_BEHIND_S = 0.02;
/** From here on it hurries, so that it does not hurry all the time. */
const HURRY_BEHIND_S = 0.035;
/** It is not seen. */
const HURRY_RATE = 1.1;
/** Being late is worse than being seen to hurry. */
const MAX_RATE = 2;
/** How much faster it plays for each second that it is behind. */
const EAGERNESS = 3;

/** What to do to stay at the live edge. */
export interface Chase {
	/** Go to the newest picture. */
	readonly jump: boolean;
	readonly rate: number;
}

/** `behindS`: seconds from where it plays to the beginning of the newest picture; `rate`: how fast it plays now. */
export function chase(behindS: number, rate: number): Chase {
	if (behindS > JUMP_BEHIND_S) return { jump: true, rate: 1 };
	if (behindS > HURRY_BEHIND_S) return { jump: false, rate: hurry(behindS) };
	return { jump: false, rate: behindS > TARGET_BEHIND_S ? Math.min(rate, HURRY_RATE) : 1 };
}

/** In steps, so that the rate does not change with every picture. */
function hurry(behindS: number): number {
	const rate = 1 + Math.round(behindS * EAGERNESS * 10) / 10;
	return Math.min(MAX_RATE, Math.max(HURRY_RATE, rate));
}
