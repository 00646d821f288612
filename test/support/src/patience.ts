/**
 * How long a test waits for what must come true, in milliseconds: it is reached only by what never comes true. A machine
 * that does much else beside the tests is slow, and that is no fault.
 */
export const PATIENCE_MS = 120_000;

/** Whether limits in real time count: `npm run test:long`, on a machine that does nothing else. */
export const isTimed: boolean = process.env.ORIEL_TEST_TIMES === 'real';

/**
 * A limit in real time that is part of what is promised. It counts in `npm run test:long`; in `npm test`, which may run on
 * a busy machine, it only ends what hangs.
 */
export function withinMs(limit: number): number {
	return isTimed ? limit : 10 * limit + PATIENCE_MS;
}
