import { PATIENCE_MS } from '../patience.ts';

/**
 * Waits until `check` holds, letting sockets, files and promises run. Moves `clock`, if given, by `stepMs` a turn, but
 * only while somebody waits for it: reading a file takes no time at all.
 */
export async function until(
	check: () => boolean,
	clock?: { advance(span: number): void; readonly pending: number },
	stepMs: number = 10,
): Promise<void> {
	const deadline = performance.now() + PATIENCE_MS;
	while (!check()) {
		if (performance.now() > deadline) throw new Error(`Never came true: ${check}`);
		if (clock && clock.pending > 0) clock.advance(stepMs);
		await new Promise((resolve) => setImmediate(resolve));
	}
}
