import { readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import {
	AccessUnitAssembler,
	AnnexBSplitter,
	annexBOf,
	blankYuvImage,
	buildAvcc,
	FlvReader,
	H264Stream,
	MediaError,
	nalUnitsOf,
	openReader,
	parseAvcc,
	parseSps,
	TimedReader,
	toAnnexB,
	toLengthPrefixed,
} from '@oriel/media';
import { H264Encoder } from '@oriel/testcard';
import { fieldPictures } from '@oriel/testing/field-pictures';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const MAX_BYTES = 2000;
const units = pictures();
const stream = concat(units);
const [SPS = new Uint8Array(), PPS = new Uint8Array()] = nalUnitsOf(stream);
const flv = flvOf();

function pictures(): Uint8Array[] {
	const encoder = new H264Encoder({ width: 32, height: 32, framesPerSecond: 10 });
	return [0, 1, 2, 3].map((turn) => {
		const { y, ...rest } = blankYuvImage(32, 32);
		const picture = { ...rest, y: y.map((_, at) => (at % 37 === turn ? 200 : 90)) };
		return encoder.encode(picture, { forceKey: turn === 2 }).annexB;
	});
}

function flvOf(): Uint8Array {
	const tag = (body: Uint8Array) =>
		concat([Uint8Array.of(9, 0, body.length >> 8, body.length & 0xff, 0, 0, 0, 0, 0, 0, 0), body, new Uint8Array(4)]);
	const config = concat([Uint8Array.of(0x17, 0, 0, 0, 0), buildAvcc([SPS], [PPS])]);
	const bodies = units.map((unit) => concat([Uint8Array.of(0x17, 1, 0, 0, 0), toLengthPrefixed(unit)]));
	const header = Uint8Array.of(0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0);
	return concat([header, tag(config), ...bodies.map(tag)]);
}

/** Only MediaError may come out. */
function soundly<T>(action: () => T): T | undefined {
	try {
		return action();
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		return undefined;
	}
}

/** Everything that a raw stream goes through, in pieces of `size` bytes, with a flush now and then. */
function pourRaw(bytes: Uint8Array, size: number, flushEvery: number): number {
	const assembler = new AccessUnitAssembler({ maxBytes: MAX_BYTES });
	const splitter = new AnnexBSplitter({ maxBytes: MAX_BYTES });
	const through = new H264Stream();
	let frames = 0;
	const pass = (found: ReturnType<AccessUnitAssembler['flush']>) => {
		for (const unit of found) if (soundly(() => through.push(unit))) frames++;
	};
	for (let at = 0, turn = 1; at < bytes.length; at += size, turn++) {
		const chunk = bytes.subarray(at, at + size);
		pass(soundly(() => assembler.push(chunk)) ?? []);
		soundly(() => splitter.push(chunk));
		if (turn % flushEvery === 0) pass(soundly(() => assembler.flush()) ?? []);
		if (assembler.pendingBytes > MAX_BYTES || splitter.pendingBytes > MAX_BYTES) expect.fail('too much is pending');
	}
	pass(soundly(() => assembler.flush()) ?? []);
	return frames;
}

function pourFlv(bytes: Uint8Array, size: number): number {
	const reader = new FlvReader({ maxBytes: MAX_BYTES });
	const through = new H264Stream();
	let frames = 0;
	for (let at = 0; at < bytes.length; at += size) {
		const found = soundly(() => reader.push(bytes.subarray(at, at + size))) ?? [];
		for (const { unit } of found) if (soundly(() => through.push(unit))) frames++;
		if (reader.pendingBytes > MAX_BYTES) expect.fail('too much is pending');
	}
	return frames;
}

/** `bytes` with some of them changed, a part cut out, and a part put in. */
function hurt(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
	const at = fc.nat(bytes.length - 1);
	const changes = fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { maxLength: 5 });
	return fc.tuple(changes, at, fc.nat(20), fc.uint8Array({ maxLength: 12 })).map(([changed, cut, length, put]) => {
		const copy = bytes.slice();
		for (const [where, byte] of changed) copy[where] = byte;
		return concat([copy.subarray(0, cut), put, copy.subarray(cut + length)]);
	});
}

const step = fc.integer({ min: 1, max: 400 });

describe('whatever arrives instead of H.264', () => {
	it('the good streams are good', () => {
		expect([pourRaw(stream, 7, 1e9), pourRaw(stream, 5000, 1), pourFlv(flv, 3)]).toEqual([4, 4, 4]);
	});

	it('random bytes that look a little like NAL units', () => {
		const piece = fc.constantFrom(
			[0, 0, 1],
			[0, 0, 0, 1],
			[0],
			[0x67],
			[0x68],
			[0x65, 0x88],
			[0x41, 0x9a],
			[0x06],
			[3],
		);
		const bytes = fc.array(
			fc.oneof(
				piece,
				piece,
				fc.integer({ min: 0, max: 255 }).map((byte) => [byte]),
			),
		);
		const sound = fc.property(
			bytes,
			fc.integer({ min: 1, max: 9 }),
			fc.integer({ min: 1, max: 9 }),
			(parts, size, flush) => {
				pourRaw(Uint8Array.from(parts.flat()), size, flush);
			},
		);
		fc.assert(sound, { seed: 71, numRuns: 400 });
	});

	it('a stream with damage, then a good one', () => {
		const sound = fc.property(hurt(stream), step, fc.integer({ min: 1, max: 40 }), (bytes, size, flush) => {
			expect(pourRaw(concat([bytes, stream]), size, 1e9)).toBeGreaterThanOrEqual(2);
			pourRaw(bytes, size, flush);
		});
		fc.assert(sound, { seed: 72, numRuns: 150 });
	});

	it('two fields a frame, and frames out of order, with damage', () => {
		const order = readFileSync(new URL('../vectors/cases/bframes.h264', import.meta.url)).subarray(0, 30_000);
		for (const [seed, bytes] of [annexBOf(fieldPictures(4)), order].entries()) {
			const sound = fc.property(hurt(bytes), step, (damaged, size) => {
				const timed = new TimedReader(openReader('h264', { maxBytes: 100_000 }));
				const frames = [];
				for (let at = 0; at < damaged.length; at += size) {
					frames.push(...(soundly(() => timed.push(damaged.subarray(at, at + size), at)) ?? []));
				}
				frames.push(...(soundly(() => timed.flush()) ?? []));
				for (const { capturedAt, presentationOffset = 0 } of frames) {
					if (!Number.isSafeInteger(capturedAt + presentationOffset)) expect.fail('no time');
				}
			});
			fc.assert(sound, { seed: 76 + seed, numRuns: 150 });
		}
	});

	it('a stream that begins at any byte, and one that is cut off at any byte', () => {
		for (let cut = 0; cut < stream.length; cut += 13) {
			pourRaw(stream.subarray(cut), 64, 3);
			pourRaw(stream.subarray(0, cut), 64, 3);
		}
	});

	it('a NAL unit, an SEI and zeros without end', () => {
		for (const start of [[0x65, 0x88], [0x06, 5], [0x67], [0x81], [0, 0, 0]]) {
			const endless = new Uint8Array(50_000).fill(start.length === 3 ? 0 : 7);
			pourRaw(concat([annexBOf([Uint8Array.from(start)]), endless]), 999, 1e9);
		}
		pourRaw(annexBOf(new Array(3000).fill(Uint8Array.of(0x06, 5, 0x80))), 333, 2);
	});

	it('parameter sets', () => {
		const sound = fc.property(fc.oneof(hurt(SPS), fc.uint8Array({ maxLength: 60 })), (bytes) => {
			const sps = soundly(() => parseSps(bytes));
			if (sps) expect(sps.width > 0 && sps.height > 0 && sps.width <= 16_880).toBe(true);
			soundly(() => buildAvcc([bytes], [PPS]));
		});
		fc.assert(sound, { seed: 73, numRuns: 1500 });
	});

	it('avcC and samples', () => {
		const record = buildAvcc([SPS], [PPS]);
		const sound = fc.property(fc.oneof(hurt(record), fc.uint8Array({ maxLength: 60 })), (bytes) => {
			soundly(() => parseAvcc(bytes));
			for (const length of [1, 2, 4] as const) soundly(() => toAnnexB(bytes, length));
		});
		fc.assert(sound, { seed: 74, numRuns: 1000 });
	});

	it('FLV', () => {
		const sound = fc.property(fc.oneof(hurt(flv), fc.uint8Array({ maxLength: 200 })), step, (bytes, size) => {
			pourFlv(bytes, size);
		});
		fc.assert(sound, { seed: 75, numRuns: 400 });
		for (let cut = 0; cut < flv.length; cut += 5) pourFlv(flv.subarray(0, cut), 50);
	});
});
