import { ascii, concat } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MediaError } from '../errors/media-error.ts';
import type { Jpeg } from './jpeg.ts';
import { JpegScanner } from './scan.ts';

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const DHT = segment(0xc4, [0, ...new Array(16).fill(0)]);
const SOS = segment(0xda, [1, 1, 0, 0, 63, 0]);
const SAMPLES = [0x12, 0xff, 0x00, 0x34, 0xff, 0x00];

function segment(code: number, body: readonly number[]): number[] {
	return [0xff, code, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body];
}

function frameHeader(width: number, height: number, code = 0xc0): number[] {
	return segment(code, [8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]);
}

interface Drawn {
	readonly width?: number;
	readonly height?: number;
	readonly before?: readonly number[];
	readonly samples?: readonly number[];
}

/** A picture made of its parts: nothing can decode it, but it is walked like a real one. */
function drawn({ width = 640, height = 480, before = DHT, samples = SAMPLES }: Drawn = {}): Uint8Array {
	return Uint8Array.from([...SOI, ...before, ...frameHeader(width, height), ...SOS, ...samples, ...EOI]);
}

function scanner(): JpegScanner {
	return new JpegScanner({ maxBytes: 1_000_000 });
}

function plain(pictures: readonly Jpeg[]): unknown[] {
	return pictures.map(({ bytes, ...facts }) => ({ ...facts, bytes: Array.from(bytes) }));
}

describe('JpegScanner', () => {
	it('gives a picture with its size as soon as its last byte has come', () => {
		const scan = scanner();
		const bytes = drawn({ width: 1280, height: 720 });
		expect(scan.push(bytes.subarray(0, -1))).toEqual([]);
		expect(scan.pendingBytes).toBe(bytes.length - 1);
		expect(plain(scan.push(bytes.subarray(-1)))).toEqual([
			{ width: 1280, height: 720, hasHuffmanTables: true, bytes: Array.from(bytes) },
		]);
		expect(scan.pendingBytes).toBe(0);
		expect(scan.skippedBytes).toBe(0);
	});

	it('gives all pictures of one chunk', () => {
		const bytes = concat([drawn({ width: 1 }), drawn({ width: 2 }), drawn({ width: 3 })]);
		expect(
			scanner()
				.push(bytes)
				.map(({ width }) => width),
		).toEqual([1, 2, 3]);
	});

	it('keeps its own copy of what it gives', () => {
		const chunk = drawn();
		const scan = scanner();
		const [first] = scan.push(chunk);
		chunk.fill(0);
		scan.push(drawn({ width: 9 }));
		expect(first?.bytes).toEqual(drawn());
	});

	it('skips and counts whatever is before, between and after pictures', () => {
		const scan = scanner();
		const noise = ascii('--boundary\r\nContent-Length: 3\r\n\r\n');
		const padding = new Uint8Array(512);
		const filling = new Uint8Array(7).fill(0xff);
		const stream = concat([noise, drawn(), padding, filling, drawn(), padding]);
		expect(scan.push(stream)).toHaveLength(2);
		expect(scan.skippedBytes).toBe(noise.length + 2 * padding.length + filling.length);
	});

	it('does not mind a thumbnail inside a segment', () => {
		const bytes = drawn({ before: [...segment(0xe1, [...ascii('Exif'), ...drawn(), ...EOI, ...SOI]), ...DHT] });
		expect(plain(scanner().push(bytes))).toMatchObject([{ width: 640, bytes: Array.from(bytes) }]);
	});

	it('does not mind restart markers, fill bytes or damaged samples', () => {
		const samples = [...SAMPLES, 0xff, 0xd0, ...SAMPLES, 0xff, 0xff, 0xd7, 0x01, 0xff, 0x37, 0x02];
		const bytes = drawn({ before: [0xff, 0xff, ...DHT, 0xff, 0x01], samples });
		expect(plain(scanner().push(bytes))).toMatchObject([{ bytes: Array.from(bytes) }]);
	});

	it('follows a picture with several scans to its end', () => {
		const samples = [...SAMPLES, ...DHT, ...SOS, ...SAMPLES, ...SOS, ...SAMPLES];
		const bytes = Uint8Array.from([...SOI, ...frameHeader(8, 8, 0xc2), ...DHT, ...SOS, ...samples, ...EOI]);
		expect(plain(scanner().push(bytes))).toMatchObject([{ bytes: Array.from(bytes) }]);
	});

	it('says whether there were Huffman tables before the first scan', () => {
		const [bare] = scanner().push(drawn({ before: [] }));
		const [late] = scanner().push(drawn({ before: [], samples: [...SAMPLES, ...DHT, ...SOS, ...SAMPLES] }));
		expect([bare?.hasHuffmanTables, late?.hasHuffmanTables]).toEqual([false, false]);
	});

	it.each([
		['in its samples', drawn().length - 3],
		['in its header, between segments', drawn().length - 2 - SAMPLES.length - SOS.length],
	])('counts a picture that broke off %s and goes on with the next', (_where, end) => {
		const scan = scanner();
		const torn = drawn().subarray(0, end);
		expect(scan.push(concat([torn, drawn({ width: 5 })]))).toMatchObject([{ width: 5 }]);
		expect(scan.truncatedPictures).toBe(1);
		expect(scan.skippedBytes).toBe(torn.length);
	});

	it.each([
		['no frame header', [...SOI, ...DHT, ...SOS, ...SAMPLES, ...EOI]],
		['a width of 0', [...SOI, ...frameHeader(0, 480), ...SOS, ...SAMPLES, ...EOI]],
		['no scan', [...SOI, ...DHT, ...frameHeader(8, 8), ...EOI]],
		['a frame header that is too short', [...SOI, ...segment(0xc0, [8, 0, 8]), ...SOS, ...EOI]],
		['a frame no browser shows (lossless)', [...SOI, ...frameHeader(8, 8, 0xc3), ...SOS, ...SAMPLES, ...EOI]],
		['a segment without a length', [...SOI, 0xff, 0xe0, 0, 1, ...EOI]],
		['a reserved marker', [...SOI, 0xff, 0x37, 0, 2, ...EOI]],
		['nothing behind its start', [...SOI, 0x00]],
	])('skips what is no picture: %s', (_what, bytes) => {
		const scan = scanner();
		expect(scan.push(Uint8Array.from([...bytes, ...drawn()]))).toHaveLength(1);
		expect(scan.skippedBytes).toBe(bytes.length);
		expect(scan.truncatedPictures).toBe(0);
	});

	it('gives the same for every way of cutting the stream', () => {
		const garbage = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte === 0xd8 ? 0 : byte)));
		const picture = fc.constantFrom(
			drawn(),
			drawn({ width: 16, before: [] }),
			drawn({ before: [...segment(0xe1, Array.from(drawn())), ...DHT] }),
			drawn().subarray(0, -3),
			drawn({ samples: [...SAMPLES, 0xff, 0xd3, ...SAMPLES] }),
		);
		const piece = fc.oneof(picture, picture, garbage, fc.constant(new Uint8Array(9)));
		const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
		const same = fc.property(fc.array(piece, { maxLength: 12 }), cuts, (pieces, sizes) => {
			const stream = concat(pieces);
			const whole = scanner();
			const cut = scanner();
			const wanted = whole.push(stream);
			const seen: Jpeg[] = [];
			for (let at = 0, turn = 0; at < stream.length; turn++) {
				const size = sizes[turn % sizes.length] ?? 1;
				seen.push(...cut.push(stream.subarray(at, at + size)));
				at += size;
			}
			expect(plain(seen)).toEqual(plain(wanted));
			const given = seen.reduce((sum, { bytes }) => sum + bytes.length, 0);
			expect(given + cut.skippedBytes + cut.pendingBytes).toBe(stream.length);
			expect(cut.truncatedPictures).toBe(whole.truncatedPictures);
		});
		fc.assert(same, { seed: 7, numRuns: 200 });
	});

	it('finds every whole picture between garbage', () => {
		const garbage = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => byte & 0x7f));
		const found = fc.property(fc.array(garbage, { maxLength: 10 }), (gaps) => {
			const scan = scanner();
			const stream = concat(gaps.flatMap((gap, index) => [gap, drawn({ width: index + 1 })]));
			expect(scan.push(stream).map(({ width }) => width)).toEqual(gaps.map((_, index) => index + 1));
			expect(scan.skippedBytes).toBe(concat(gaps).length);
		});
		fc.assert(found, { seed: 8, numRuns: 100 });
	});

	it('refuses a picture as soon as it is over the limit, holding no more than that', () => {
		const bytes = drawn({ samples: new Array(5000).fill(1) });
		const scan = new JpegScanner({ maxBytes: 1000 });
		let pushed = 0;
		const pour = () => {
			for (; pushed < bytes.length; pushed += 100) {
				scan.push(bytes.subarray(pushed, pushed + 100));
				expect(scan.pendingBytes).toBeLessThanOrEqual(1000);
			}
		};
		expect(pour).toThrow(MediaError);
		expect(pushed).toBe(1000);
		expect(scan.pendingBytes).toBe(0);
		expect(scan.skippedBytes).toBe(1100);
	});

	it('lets a picture of exactly the limit through, and works on after a refusal', () => {
		const bytes = drawn();
		const scan = new JpegScanner({ maxBytes: bytes.length });
		expect(scan.push(bytes)).toHaveLength(1);
		expect(() => scan.push(drawn({ samples: [1, ...SAMPLES] }))).toThrow(
			expect.objectContaining({ code: 'picture-too-large' }),
		);
		expect(scan.push(bytes)).toHaveLength(1);
	});
});
