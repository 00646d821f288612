/** A view that uses less than this part of its buffer is copied before it is kept. */
const WORTH_KEEPING = 0.5;

/**
 * `bytes` for keeping: the same view if it uses at least half of its buffer, otherwise a copy. A view of 200 bytes on a
 * message of 8 MiB would keep all 8 MiB in memory; with this, what is kept costs at most twice its length.
 */
export function ownedBytes(bytes: Uint8Array): Uint8Array {
	return bytes.byteLength >= WORTH_KEEPING * bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

/** Bytes of memory that stay in use for as long as `bytes` is kept: its whole buffer. */
export function heldBytes(bytes: Uint8Array): number {
	return bytes.buffer.byteLength;
}
