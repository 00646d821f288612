import { PATIENCE_MS } from './patience.ts';

/**
 * Waits until `check` gives something true, and gives it. Each look is a turn of the event loop, in which sockets, files
 * and promises of this process run. Moves `clock`, if given, by `stepMs` a turn, but only while a timer waits for it:
 * reading a file takes no time at all.
 */
export async function until<T>(
	check: () => T | undefined | false | null,
	clock?: { advance(span: number): void; readonly pending: number },
	stepMs: number = 10,
): Promise<T> {
	const deadline = performance.now() + PATIENCE_MS;
	for (;;) {
		const seen = check();
		if (seen) return seen;
		if (performance.now() > deadline) throw new Error(`Never came true: ${check}`);
		if (clock && clock.pending > 0) clock.advance(stepMs);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** Lets sockets of this process exchange what they have to say: for showing that something does NOT happen. */
export async function rounds(count: number = 20): Promise<void> {
	for (let round = 0; round < count; round++) await new Promise((resolve) => setImmediate(resolve));
}
