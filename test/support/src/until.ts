import { PATIENCE_MS } from './patience.ts';

/** Looks that follow each other at once: most of what is awaited in this process is there in a turn or two. */
const QUICK_LOOKS = 20;
/** Twenty looks a second, no more than the relay allows one caller. */
const LOOK_EVERY_MS = 50;

/** What `look` gives as soon as it gives something true. Rejects, saying what was awaited, when patience runs out. */
export async function until<T>(
	what: string,
	look: () => T | Promise<T>,
	patienceMs: number = PATIENCE_MS,
): Promise<Exclude<T, undefined | null | false>> {
	const end = performance.now() + patienceMs;
	for (let looks = 0; ; looks++) {
		const seen = await look();
		if (seen) return seen as Exclude<T, undefined | null | false>;
		if (performance.now() > end) throw new Error(`Waited ${patienceMs} ms in vain for: ${what}`);
		await new Promise((resolve) => (looks < QUICK_LOOKS ? setImmediate(resolve) : setTimeout(resolve, LOOK_EVERY_MS)));
	}
}
