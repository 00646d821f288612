import { readdirSync, readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import {
	blankYuvImage,
	encodeJpeg,
	inspectJpeg,
	JpegScanner,
	MediaError,
	openReader,
	sniffBody,
	thumbnailOf,
	withHuffmanTables,
} from '@oriel/media';
import { readTimeCode } from '@oriel/testcard';
import { processorMs } from '@oriel/testing/processor-time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const whole = encodeJpeg(picture(), { quality: 30 });
const MAX_BYTES = whole.length + 500;

function picture() {
	const { y, ...rest } = blankYuvImage(40, 24);
	return { ...rest, y: y.map((_, at) => (at * at) & 0xff) };
}

function vectors(): Uint8Array[] {
	const folder = new URL('../vectors/jpeg/', import.meta.url);
	const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
	return names.map((name) => readFileSync(new URL(name, folder)));
}

function expectSmall(thumbnail: Uint8Array | undefined): void {
	if (!thumbnail) return;
	expect(thumbnail.length).toBeLessThanOrEqual(8192);
	expect(inspectJpeg(thumbnail)).toBeDefined();
}

/**
 * Pushes `stream` in pieces of `size` bytes, after each `endEvery`th of which its framing says that a picture is over; only
 * MediaError may come out, and the books must balance.
 */
function pour(stream: Uint8Array, size: number, endEvery = 1e9): number {
	const scanner = new JpegScanner({ maxBytes: MAX_BYTES });
	let found = 0;
	let given = 0;
	let turn = 0;
	for (let at = 0; at < stream.length; at += size) {
		try {
			for (const jpeg of scanner.push(stream.subarray(at, at + size))) {
				found++;
				given += jpeg.bytes.length;
				withHuffmanTables(jpeg);
				expect(inspectJpeg(concat([jpeg.bytes, new Uint8Array(125)]))).toBeDefined();
			}
		} catch (thrown) {
			expect(thrown).toBeInstanceOf(MediaError);
			given = Number.NaN; // pictures of the same chunk go down with the refused one
		}
		turn++;
		const open = turn % endEvery === 0 ? scanner.end(turn % 7) : turn % 5 === 0 ? scanner.flush() : undefined;
		given += open?.bytes.length ?? 0;
		if (open) expect(inspectJpeg(concat([open.bytes, new Uint8Array(125)]))).toBeDefined();
		if (scanner.pendingBytes > MAX_BYTES) expect.fail(`${scanner.pendingBytes} bytes are pending`);
	}
	const gone = given - scanner.addedBytes + scanner.skippedBytes + scanner.pendingBytes;
	if (!Number.isNaN(given)) expect(gone).toBe(stream.length);
	return found;
}

/** What readers of any kind make of `stream`: only MediaError may come out. */
function readAll(stream: Uint8Array, size: number): void {
	for (const kind of ['jpeg', 'multipart', 'h264', 'flv', 'rdhv'] as const) {
		const reader = openReader(kind, { maxBytes: MAX_BYTES });
		try {
			for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
			reader.flush();
		} catch (thrown) {
			expect(thrown).toBeInstanceOf(MediaError);
		}
		expect(typeof (reader.problem ?? '')).toBe('string');
		if (reader.pendingBytes > 2 * MAX_BYTES) expect.fail(`${reader.pendingBytes} bytes are pending`);
	}
}

describe('whatever arrives instead of pictures', () => {
	it('random bytes that look a little like JPEG', () => {
		const marker = fc.constantFrom(0xff, 0xd8, 0xd9, 0xda, 0xc0, 0xc4, 0xe1, 0x00, 0x02, 0x0b);
		const bytes = fc.array(fc.oneof(marker, marker, fc.integer({ min: 0, max: 255 })), { maxLength: 400 });
		const size = fc.integer({ min: 1, max: 50 });
		const sound = fc.property(bytes, size, (body, step) => {
			pour(Uint8Array.from([0xff, 0xd8, 0xff, ...body]), step);
		});
		fc.assert(sound, { seed: 11, numRuns: 500 });
	});

	it('pictures with some bytes changed, then a good one', () => {
		const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
		const sound = fc.property(fc.array(change, { maxLength: 6 }), fc.integer({ min: 1, max: 900 }), (changes, step) => {
			const hurt = whole.slice();
			for (const [at, byte] of changes) hurt[at] = byte;
			pour(concat([hurt, whole]), step);
		});
		fc.assert(sound, { seed: 12, numRuns: 200 });
	});

	it('pictures with strange segments, without ends, between parts of any length', () => {
		const byte = fc.integer({ min: 0, max: 255 });
		const code = fc.constantFrom(0xe0, 0xe1, 0xfe, 0xdc, 0xdd, 0xc4, 0x01, 0x37, 0xd3, 0xff, 0x00);
		const strange = fc.tuple(
			code,
			byte,
			byte,
			fc.uint8Array({ maxLength: 20 }),
			fc.boolean(),
			fc.integer({ min: -3, max: 900 }),
		);
		const pieces = fc.array(strange, { minLength: 1, maxLength: 6 });
		const steps = fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 12 }));
		const sound = fc.property(pieces, steps, (parts, [step, endEvery]) => {
			const stream = concat(
				parts.flatMap(([marker, high, low, body, isOpen, length]) => [
					new TextEncoder().encode(`--b\r\nContent-Length: ${length}\r\n\r\n`),
					whole.subarray(0, 20),
					Uint8Array.of(0xff, marker, high >> 6, low),
					body,
					whole.subarray(20, isOpen ? -2 : undefined),
					new TextEncoder().encode('\r\n'),
				]),
			);
			pour(stream, step, endEvery);
			readAll(stream, step);
		});
		fc.assert(sound, { seed: 16, numRuns: 200 });
	});

	it('beginnings without end, as many as fit', () => {
		const header = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 16, 0, 16, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
		const scan = [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0];
		const units = [
			[0xff, 0xd8],
			[0xff, 0xd8, 0xff, 0xe0],
			[0xff, 0xe0, 0, 6, 0xff, 0xd8, 0xff, 0xe0],
			[...header, ...scan, 1, 2, 3],
			[...header, ...new Array(20).fill(scan).flat()],
			[0, 0, 1, 0x67, 66, 0, 30, 0xff],
			[0, 0, 1, 0x68, 0xce, 0x3c, 0x80],
			[0, 0, 1, 0x41, 0x9a, 1],
			Array.from('\r\n--b', (letter) => letter.charCodeAt(0)),
		];
		for (const unit of units)
			readAll(Uint8Array.from(new Array(Math.ceil(60_000 / unit.length)).fill(unit).flat()), 997);
	});

	it('a picture cut off at every byte: at most one segment of what follows is lost', () => {
		const good = concat(new Array(Math.ceil(65_535 / whole.length) + 2).fill(whole));
		for (let end = 0; end < whole.length; end++) {
			const scanner = new JpegScanner({ maxBytes: 100_000 });
			const found = scanner.push(concat([whole.subarray(0, end), good]));
			expect(found.at(-1)?.bytes.length).toBe(whole.length);
			expect(scanner.pendingBytes).toBe(0);
		}
	});

	it('a picture in two pieces, cut at every byte', () => {
		for (let cut = 1; cut < whole.length; cut++) {
			const scanner = new JpegScanner({ maxBytes: MAX_BYTES });
			const found = [...scanner.push(whole.subarray(0, cut)), ...scanner.push(whole.subarray(cut))];
			expect(found).toHaveLength(1);
			expect(found[0]?.bytes.length).toBe(whole.length);
		}
	});

	it('thumbnails of anything at all', () => {
		const marker = fc.constantFrom(0xff, 0xd8, 0xd9, 0xda, 0xc0, 0xc2, 0xc4, 0xdb, 0xdd, 0x00, 0x02, 0x0b);
		const bytes = fc.array(fc.oneof(marker, marker, fc.integer({ min: 0, max: 255 })), { maxLength: 400 });
		const sound = fc.property(bytes, (body) => {
			expectSmall(thumbnailOf(Uint8Array.from([0xff, 0xd8, 0xff, ...body])));
		});
		fc.assert(sound, { seed: 14, numRuns: 500 });
	});

	it('thumbnails of real pictures with some bytes changed, cut off anywhere', () => {
		const pictures = [whole, ...vectors()];
		const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
		const hurt = fc.record({
			picture: fc.constantFrom(...pictures),
			changes: fc.array(change, { maxLength: 8 }),
			isInHeader: fc.boolean(),
			kept: fc.double({ min: 0, max: 1, noNaN: true }),
		});
		let made = 0;
		const sound = fc.property(hurt, ({ picture, changes, isInHeader, kept }) => {
			const bytes = picture.slice(0, Math.round(picture.length * (1 - kept ** 4)));
			for (const [at, byte] of changes) bytes[at % (isInHeader ? 700 : bytes.length)] = byte;
			const small = thumbnailOf(bytes, { maxPixels: 1 << 20 });
			expectSmall(small);
			made += Number(small !== undefined);
		});
		fc.assert(sound, { seed: 15, numRuns: 600 });
		expect(made).toBeGreaterThan(50);
	});

	it('thumbnails of files made to cause work: as many scans, tables and restarts as fit', () => {
		const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
		const frame = [0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0x01, 0xf8, 1, 1, 0x11, 0];
		const table = [0xff, 0xc4, 0, 19, ...new Array(17).fill(0)];
		const quantizers = [0xff, 0xdb, 0, 67, ...new Array(65).fill(1)];
		for (const unit of [scan, table, quantizers, [0xff, 0xd0], [0xff, 0xff], [0xff, 0xc0], [0xff, 0xda, 0, 2]]) {
			const head = [0xff, 0xd8, ...quantizers.map((byte, at) => (at === 4 ? 0 : byte)), ...frame];
			const bytes = new Uint8Array(1 << 20);
			bytes.set(head);
			for (let at = head.length; at + unit.length <= bytes.length; at += unit.length) bytes.set(unit, at);
			const spent = processorMs(() => expect(thumbnailOf(bytes)).toBeUndefined());
			expect(spent).toBeLessThan(2000);
		}
	});

	it('framed pictures that are none, and bodies of any kind', () => {
		const head = fc.constantFrom([], [0xff, 0xd8, 0xff], [0, 0, 0, 1], [0x2d, 0x2d], [0x47]);
		const sound = fc.property(head, fc.uint8Array({ maxLength: 400 }), (start, rest) => {
			const bytes = Uint8Array.from([...start, ...rest]);
			const jpeg = inspectJpeg(bytes);
			if (jpeg) withHuffmanTables(jpeg);
			sniffBody(bytes);
			expect(readTimeCode({ width: 160, height: 24, rgba: bytes })).toBeUndefined();
		});
		fc.assert(sound, { seed: 13, numRuns: 500 });
	});
});
