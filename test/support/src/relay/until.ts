import { PATIENCE_MS } from '../patience.ts';

/** Waits until `check` gives something true, letting sockets and promises run, and gives it. */
export async function until<T>(check: () => T | undefined | false | null): Promise<T> {
	const deadline = performance.now() + PATIENCE_MS;
	for (;;) {
		const seen = check();
		if (seen) return seen;
		if (performance.now() > deadline) throw new Error(`Never came true: ${check}`);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** Lets sockets of this process exchange what they have to say: for showing that something does NOT happen. */
export async function rounds(count = 20): Promise<void> {
	for (let round = 0; round < count; round++) await new Promise((resolve) => setImmediate(resolve));
}
