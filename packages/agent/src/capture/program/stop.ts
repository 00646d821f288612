import type { Clock, Millis } from '@oriel/base';
import { within } from '../../timing/within.ts';
import type { Process } from './process.ts';

/** How long each signal may take. Capture programs heed the first one with their next picture, and none when they hang. */
export const SIGNAL_TIMEOUT_MS: Millis = 2000;

/** Asks a program to end, then makes it. False: it is still there, which only a process that hangs in the kernel can be. */
export async function stopProcess(process: Process, clock: Clock): Promise<boolean> {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
		process.kill(signal);
		if (await within(process.exited, SIGNAL_TIMEOUT_MS, clock)) return true;
	}
	return false;
}
