import type { Place } from '../facts/place.ts';
import type { Board } from '../outputs/board.ts';

/** Below this, a machine takes its time until the first picture. */
const LITTLE_MEMORY_BYTES = 600 * 1024 * 1024;

/** What every way to a camera needs to know of the machine. */
export function circumstances({ board, arch, memoryBytes }: Place): { readonly board: Board; readonly slow: boolean } {
	const isOld = board.chip === 'bcm2835' || (board.chip !== undefined && arch === 'arm' && board.chip === 'bcm2836');
	return { board, slow: isOld || (memoryBytes ?? Number.POSITIVE_INFINITY) < LITTLE_MEMORY_BYTES };
}
