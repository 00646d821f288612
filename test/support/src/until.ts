/** How long a condition may take to come true, unless told otherwise. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** What `look` gives as soon as it gives something true. Rejects, saying what was awaited, when patience runs out. */
export async function until<T>(
	what: string,
	look: () => T | Promise<T>,
	patienceMs: number = PATIENCE_MS,
): Promise<Exclude<T, undefined | null | false>> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const seen = await look();
		if (seen) return seen as Exclude<T, undefined | null | false>;
		if (performance.now() > end) throw new Error(`Waited ${patienceMs} ms in vain for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
}
