import type { MemoryLimits } from './limits.ts';

const MIB = 1024 * 1024;

/** The process with its code, and what V8 keeps in reserve. Measured: 85 to 110 MiB. */
export const BASE_BYTES: number = 160 * MIB;
/** What is limited elsewhere: MAX_UNSENT_ANSWER_BYTES of answers, and one password that is hashed (MAX_HASH_MEMORY_BYTES). */
export const OTHER_BYTES: number = 192 * MIB;
/**
 * One open connection: sockets, parser, TLS, requests, the WebSocket. Measured with 250 to 500 of them, as growth of the
 * process: 7 to 15 KiB idle, 37 KiB idle with TLS (TLS itself: 30 KiB), 49 KiB for a WebSocket over TLS, 77 KiB if its
 * request had the largest headers. With as many requests and headers as are accepted: 100 KiB, and 30 KiB for TLS.
 */
export const CONNECTION_BYTES: number = 128 * 1024;
/** One camera with its counters, rates and words. */
export const CAMERA_BYTES: number = 32 * 1024;
/** Buffers that are not in use any more and have not been collected, as a part of the pools. */
export const GARBAGE_SHARE = 0.5;

export interface Crowd {
	readonly connections: number;
	readonly cameras: number;
}

/**
 * The most memory that a relay takes, in bytes, whatever others do: docs/limits.md has the same sum. The decoders of
 * snapshots are processes of their own and come on top.
 */
export function memoryCeiling(
	{ frames, incoming, unsent, feeds }: MemoryLimits,
	{ connections, cameras }: Crowd,
): number {
	const pools = frames + incoming + unsent + feeds;
	return (
		BASE_BYTES + OTHER_BYTES + connections * CONNECTION_BYTES + cameras * CAMERA_BYTES + pools * (1 + GARBAGE_SHARE)
	);
}
