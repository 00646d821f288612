import { type Clock, type Log, type Micros, micros } from '@oriel/base';

/** Uncaught exceptions within a minute after which the process ends: a fresh one serves viewers better. */
export const MAX_UNCAUGHT_A_MINUTE = 20;

const MINUTE: Micros = micros(60_000);

export interface ContainOptions {
	/** The process, or a stand-in for it. */
	readonly process: Pick<NodeJS.EventEmitter, 'on'>;
	readonly clock: Pick<Clock, 'now'>;
	readonly log: Log;
	/** Hears of each exception. */
	readonly fault: (thrown: unknown) => void;
	/** Ends the process as a failed one. */
	readonly exit: () => void;
}

/**
 * Keeps the process running after exceptions that nothing caught, rejected promises included, until there are too many.
 * docs/decisions/0026 says why, and for which commands.
 */
export function containFaults({ process, clock, log, fault, exit }: ContainOptions): void {
	const recent: Micros[] = [];
	// Without a listener of its own a rejected promise becomes an uncaught exception.
	process.on('uncaughtException', (thrown: unknown) => {
		const now = clock.now();
		recent.push(now);
		while (now - (recent[0] ?? now) >= MINUTE) recent.shift();
		fault(thrown);
		if (recent.length <= MAX_UNCAUGHT_A_MINUTE) return;
		log.error('too many exceptions were not caught within a minute: the process ends', { count: recent.length });
		exit();
	});
}
