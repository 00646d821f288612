import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the memory for young objects as small as it is at the start, where V8 would let it grow to 48 MB: passing pictures on
 * leaves little behind, and a Pi Zero has 512 MB. Measured with 2 Mbit/s of H.264: 101 MB without, 84 MB with it at most, at the same
 * processor time. To be called before any work is done.
 */
export function keepHeapSmall(): void {
	setFlagsFromString('--semi-space-growth-factor=1');
}
