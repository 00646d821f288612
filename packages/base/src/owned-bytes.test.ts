import { describe, expect, it } from 'vitest';
import { heldBytes, ownedBytes } from './owned-bytes.ts';

describe('bytes that are kept', () => {
	it('are copied out of a buffer that is more than twice as long', () => {
		const message = Uint8Array.from({ length: 8192 }, (_, at) => at % 251);
		const owned = ownedBytes(message.subarray(100, 300));
		expect(heldBytes(owned)).toBe(200);
		expect(owned).toEqual(message.slice(100, 300));
	});

	it('stay where they are if they fill at least half of their buffer', () => {
		const message = new Uint8Array(100);
		expect(ownedBytes(message.subarray(50)).buffer).toBe(message.buffer);
		expect(ownedBytes(message).buffer).toBe(message.buffer);
		expect(ownedBytes(message.subarray(51)).buffer).not.toBe(message.buffer);
	});

	it('are never a view on the pool that small Buffers share', () => {
		expect(heldBytes(ownedBytes(Buffer.from('a picture')))).toBe(9);
	});
});
