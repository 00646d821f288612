import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RdhvSplitter } from './split.ts';

const LIMITS = { maxBytes: 10_000 };

function rdhv(payload: Uint8Array): Buffer {
	const header = Buffer.from('rdhV\0\0\0\0', 'latin1');
	header.writeUInt32BE(payload.length, 4);
	return Buffer.concat([header, payload]);
}

/** Everything that comes out of `bytes` cut at `cuts`. */
function split(bytes: Buffer, cuts: readonly number[], splitter = new RdhvSplitter(LIMITS)): Buffer[] {
	const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
	return ends.flatMap((end, index) =>
		splitter.push(bytes.subarray(ends[index - 1] ?? 0, end)).map((b) => Buffer.from(b)),
	);
}

/** Text that holds no magic, as programs print it. */
const prose = fc.constantFrom('', 'Frame rate set to 15.000 fps\n', 'rdh', 'rrdhr', '\0\0', '<<<<<<<<< 30.00 fps\n');

describe('RdhvSplitter', () => {
	it('gives every buffer, whatever stands between them and however they are cut', () => {
		const payloads = fc.array(fc.tuple(prose, fc.uint8Array({ minLength: 1, maxLength: 300 })), { maxLength: 8 });
		fc.assert(
			fc.property(payloads, fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
				const stream = Buffer.concat(parts.flatMap(([text, payload]) => [Buffer.from(text, 'latin1'), rdhv(payload)]));
				const splitter = new RdhvSplitter(LIMITS);
				expect(split(stream, cuts, splitter)).toEqual(parts.map(([, payload]) => Buffer.from(payload)));
				expect(splitter.skippedBytes).toBe(parts.reduce((sum, [text]) => sum + text.length, 0));
				expect(splitter.pendingBytes).toBe(0);
			}),
		);
	});

	it('never throws anything but its limit, and accounts for every byte of noise', () => {
		const noise = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(Buffer.from('rdhV\0\0'))), {
			maxLength: 12,
		});
		fc.assert(
			fc.property(noise, (chunks) => {
				const splitter = new RdhvSplitter({ maxBytes: 50 });
				for (const chunk of chunks) {
					try {
						for (const buffer of splitter.push(chunk)) expect(buffer.length).toBeLessThanOrEqual(50);
					} catch (thrown) {
						expect(thrown).toMatchObject({ code: 'picture-too-large' });
					}
					expect(splitter.pendingBytes).toBeLessThanOrEqual(58);
				}
			}),
		);
	});

	it('refuses a length over its limit before the bytes are there, and finds the next buffer', () => {
		const splitter = new RdhvSplitter(LIMITS);
		expect(() => splitter.push(Buffer.from('rdhV\xff\xff\xff\xff', 'latin1'))).toThrow(
			expect.objectContaining({ code: 'picture-too-large', message: expect.stringContaining('4294967295') }),
		);
		expect(splitter.push(rdhv(Buffer.from('next')))).toHaveLength(1);
	});

	it('skips an empty buffer, and says what is unfinished at the end', () => {
		const splitter = new RdhvSplitter(LIMITS);
		expect(splitter.push(rdhv(Buffer.of()))).toEqual([]);
		splitter.push(rdhv(Buffer.from('cut off')).subarray(0, 11));
		expect(splitter.pendingBytes).toBe(11);
	});

	it('gives memory of its own', () => {
		const bytes = rdhv(Buffer.from('picture'));
		const [payload] = new RdhvSplitter(LIMITS).push(bytes);
		bytes.fill(0);
		expect(Buffer.from(payload ?? []).toString()).toBe('picture');
	});
});
