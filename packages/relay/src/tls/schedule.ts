import type { Millis } from '@oriel/base';

/** A certificate that lives for less than this is renewed at half of its life, any other with a third of it left. */
const SHORT_MS = 10 * 86_400_000;
/** As part of the lifetime: not all relays that were set up together come back together. */
const JITTER = 0.05;
/** Below this part of its lifetime the owner is told. */
const WARN_BELOW = 0.25;

/** Waits after the first, second … failure in a row. Five tries in the first hour are what Let's Encrypt bears. */
const RETRY_MS: readonly Millis[] = [60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000];

export interface Span {
	/** Milliseconds since 1970. */
	readonly notBefore: number;
	readonly notAfter: number;
}

/** When to renew, in milliseconds since 1970. `chance` is uniform in [0, 1) and drawn once for each certificate. */
export function renewAt({ notBefore, notAfter }: Span, chance: number): number {
	const lifetime = notAfter - notBefore;
	const left = lifetime < SHORT_MS ? lifetime / 2 : lifetime / 3;
	return notAfter - left - lifetime * JITTER * chance;
}

/** Whether so little of its life is left that renewing must have failed for long. */
export function isEnding({ notBefore, notAfter }: Span, wall: number): boolean {
	return notAfter - wall < (notAfter - notBefore) * WARN_BELOW;
}

/** How long to wait after that many failures in a row. Half of it is jitter. */
export function retryDelay(failures: number, random: () => number): Millis {
	const wait = RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 0;
	return wait * (0.5 + random() / 2);
}
