import type { Millis } from '@oriel/base';
import { SourceError } from '../../errors/source-error.ts';
import type { Diagnosis, Ending } from '../command/command.ts';

/** How often it is looked whether these are over. libcamera lets go of a camera only when the process that had it is gone. */
const WAITS_MS: Readonly<Record<string, readonly [least: Millis, most: Millis]>> = {
	busy: [1000, 2000],
	'no-camera': [10_000, 30_000],
	permission: [10_000, 30_000],
};

/** What a diagnosis means to whoever opens the source again. */
export function troubleOf({ trouble, message, again }: Diagnosis, ending: Ending): SourceError {
	const waitMs = again === 'never' ? undefined : WAITS_MS[trouble];
	return new SourceError(codeOf(trouble, ending), message, { again, trouble, waitMs });
}

function codeOf(trouble: string, { how }: Ending): SourceError['code'] {
	if (trouble === 'busy') return 'busy';
	if (trouble === 'permission') return 'not-allowed';
	if (how === 'missing' || trouble === 'no-camera') return 'not-found';
	return how === 'exited' || how === 'too-much-memory' ? 'ended' : 'stalled';
}
