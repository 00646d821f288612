/** `bytes` in pieces of 1 to 700 bytes; the same pieces for the same seed. */
export function* pieces(bytes: Uint8Array, seed: number): Generator<Uint8Array> {
	for (let at = 0, state = seed; at < bytes.length; ) {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		const end = at + 1 + ((state >>> 8) % 700);
		yield bytes.subarray(at, end);
		at = end;
	}
}
