import type { Millis } from '@oriel/base';
import { SourceError } from '../../errors/source-error.ts';
import type { Diagnosis, ExitStatus } from '../command/command.ts';

/** How often it is looked whether these are over. libcamera lets go of a camera only when the process that had it is gone. */
const WAITS_MS: Readonly<Record<string, readonly [least: Millis, most: Millis]>> = {
	busy: [1000, 2000],
	'no-camera': [10_000, 30_000],
	permission: [10_000, 30_000],
};

/** What a diagnosis means to the caller that opens the source again. */
export function sourceErrorOf({ fault, message, again }: Diagnosis, exit: ExitStatus): SourceError {
	const waitMs = again === 'never' ? undefined : WAITS_MS[fault];
	return new SourceError(codeOf(fault, exit), message, { again, fault, waitMs });
}

function codeOf(fault: string, { how }: ExitStatus): SourceError['code'] {
	if (fault === 'busy') return 'busy';
	if (fault === 'permission') return 'not-allowed';
	if (how === 'missing' || fault === 'no-camera') return 'not-found';
	return how === 'exited' || how === 'too-much-memory' ? 'ended' : 'stalled';
}
