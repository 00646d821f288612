import type { Clock, Millis } from '@oriel/base';
import type { Computer } from '../computer/computer.ts';
import { complaintOf, readHealth } from './health.ts';

/** Heat and weak power come slowly, and asking for them starts a program. */
export const HEALTH_INTERVAL_MS: Millis = 60_000;

export interface HealthWatch {
	readonly computer: Computer;
	readonly clock: Clock;
	/** Called with what the owner should know, every minute that it is so. */
	readonly say: (words: string) => void;
}

/** Looks after a machine's health once a minute. The call that it gives ends it. */
export function watchHealth({ computer, clock, say }: HealthWatch): () => void {
	let isOver = false;
	const look = async () => {
		const complaint = complaintOf(await readHealth(computer));
		if (complaint !== undefined && !isOver) say(complaint);
	};
	const cancel = clock.every(HEALTH_INTERVAL_MS, () => void look());
	return () => {
		isOver = true;
		cancel();
	};
}
