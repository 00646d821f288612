import type { Cancel, Clock, Millis } from '@oriel/base';
import type { Machine } from './machine.ts';

/** A program that holds more of the machine's memory than this is started again. Some versions of rpicam-vid grow for hours. */
export const MAX_MEMORY_SHARE = 0.6;
const LOOK_EVERY_MS: Millis = 5000;

/** Looks at the memory of a process now and then; `full` is told how much it is once it is too much. */
export function watchMemory(pid: number, machine: Machine, clock: Clock, full: (bytes: number) => void): Cancel {
	const cancel = clock.every(LOOK_EVERY_MS, () => {
		const bytes = machine.memoryOf(pid) ?? 0;
		if (bytes <= machine.memory * MAX_MEMORY_SHARE) return;
		cancel();
		full(bytes);
	});
	return cancel;
}
