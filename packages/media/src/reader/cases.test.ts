import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nalUnitsOf } from '../h264/annexb.ts';
import { isSlice, nalType, startsAccessUnit } from '../h264/nal.ts';
import { sniffBody } from '../sniff/sniff.ts';
import { openReader } from './open.ts';
import { RdhvReader } from './rdhv-reader.ts';
import type { MediaUnit, Reader } from './reader.ts';
import { TimedReader } from './timed-reader.ts';

const FOLDER = new URL('../../../../test/vectors/cases/', import.meta.url);
const LIMITS = { maxBytes: 1_000_000 };

interface Case {
	readonly file: string;
	readonly framesPerSecond: number;
	/** Least share of its frames that must come out. */
	readonly share: number;
	/** `320x240`, or `-`. */
	readonly size: string;
}

const CASES: readonly Case[] = readFileSync(new URL('cases.tsv', FOLDER), 'utf8')
	.split('\n')
	.filter((line) => line !== '' && !line.startsWith('#'))
	.map((line) => {
		const [file = '', rate, , share, size = '-'] = line.split('\t');
		return { file, framesPerSecond: Number(rate), share: Number(share), size };
	});

/** Where each picture begins, with all that precedes its slices. */
function startsOf(file: string, bytes: Buffer): number[] {
	const starts: number[] = [];
	if (file.endsWith('.mjpg')) {
		for (let at = bytes.indexOf('ffd8ff', 0, 'hex'); at >= 0; at = bytes.indexOf('ffd8ff', at + 1, 'hex'))
			starts.push(at);
		return starts;
	}
	let hasSlice = true;
	for (const nal of nalUnitsOf(bytes)) {
		let start = nal.byteOffset - bytes.byteOffset - 3;
		while (bytes[start - 1] === 0) start--;
		if (hasSlice && startsAccessUnit(nal)) starts.push(start);
		hasSlice = isSlice(nalType(nal)) || (hasSlice && !startsAccessUnit(nal));
	}
	return [0, ...starts.slice(1)];
}

/** The frames of a recording that comes a picture at a time, at its rate, as from a pipe with a silence behind each. */
function play(reader: Reader, pieces: readonly Uint8Array[], framesPerSecond: number): MediaUnit[] {
	const timed = new TimedReader(reader);
	const frames = pieces.flatMap((piece, index) => {
		const now = Math.round((index * 1_000_000) / framesPerSecond);
		return [...timed.push(piece, now), ...(reader.hasPicture ? timed.flush() : [])];
	});
	return [...frames, ...timed.flush()];
}

function piecesOf({ file }: Case): Buffer[] {
	const bytes = readFileSync(new URL(file, FOLDER));
	const starts = startsOf(file, bytes);
	return starts.map((start, index) => bytes.subarray(start, starts[index + 1]));
}

function expectPlayed({ share, size, framesPerSecond }: Case, frames: readonly MediaUnit[], pictures: number): void {
	expect(frames.length / pictures).toBeGreaterThanOrEqual(share);
	expect(frames.length, 'what the tolerance is for costs no picture').toBe(pictures);
	const [first] = frames;
	if (size !== '-') expect(`${first?.format.width}x${first?.format.height}`).toBe(size);
	const times = frames
		.map(({ capturedAt, presentationOffset = 0 }) => capturedAt + presentationOffset)
		.sort((a, b) => a - b);
	const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
	expect(steps.every((step) => Math.abs(step - 1_000_000 / framesPerSecond) <= 1)).toBe(true);
}

describe.each(CASES)('$file', (recording) => {
	const pieces = piecesOf(recording);

	it('plays with all of its pictures, in rising time, as the pipe of a capture program or an upload brings it', () => {
		const sniffed = sniffBody(pieces[0] ?? Buffer.of());
		if (!sniffed || sniffed.kind === 'foreign') throw new Error(`taken for ${sniffed?.name ?? 'nothing'}`);
		const reader = openReader(sniffed.kind, LIMITS);
		expectPlayed(recording, play(reader, pieces, recording.framesPerSecond), pieces.length);
	});
});

// No capture program puts text into its buffers.
describe.each(CASES.filter(({ file }) => file !== 'text.h264'))(
	'$file, in buffers of a capture program',
	(recording) => {
		it('plays with all of its pictures', () => {
			const pieces = piecesOf(recording);
			const framed = pieces.map((piece) => {
				const header = Buffer.from('rdhV\0\0\0\0', 'latin1');
				header.writeUInt32BE(piece.length, 4);
				return Buffer.concat([header, piece]);
			});
			expectPlayed(recording, play(new RdhvReader(LIMITS), framed, recording.framesPerSecond), pieces.length);
		});
	},
);

describe('what is special in a recording', () => {
	const framesOf = (file: string) => {
		const recording = CASES.find((candidate) => candidate.file === file);
		if (!recording) throw new Error(`no ${file}`);
		return play(openReader('h264', LIMITS), piecesOf(recording), recording.framesPerSecond);
	};

	/** Before they have a time. */
	const unitsOf = (file: string) => {
		const reader = openReader('h264', LIMITS);
		return [...reader.push(readFileSync(new URL(file, FOLDER))), ...reader.flush()];
	};

	it('is named where it is another codec', () => {
		const head = readFileSync(new URL('hevc.h265', FOLDER));
		expect(sniffBody(head)).toEqual({ kind: 'foreign', name: 'an H.265 (HEVC) stream' });
	});

	it('is told with the format: the shape of pixels, and how far pictures are out of order', () => {
		expect(framesOf('sar.h264')[0]?.format).toMatchObject({ width: 320, height: 240, pixelAspect: [2, 1] });
		expect(framesOf('bframes.h264')[0]?.format).toMatchObject({ reorderFrames: 2 });
		expect(framesOf('control.h264')[0]?.format).toEqual({
			...{ codec: 'h264', codecString: 'avc1.42C00C', width: 320, height: 240 },
		});
	});

	it('is told with each picture where they are out of order', () => {
		const units = unitsOf('bframes.h264');
		expect(units.slice(0, 9).map(({ order }) => (order?.count ?? 0) / 2)).toEqual([0, 4, 2, 1, 3, 8, 6, 5, 7]);
		expect(units.filter(({ order }) => order?.restarts).every(({ key }) => key)).toBe(true);
		expect(unitsOf('control.h264').every(({ order }) => order === undefined)).toBe(true);
		expect(framesOf('control.h264').every(({ presentationOffset }) => presentationOffset === undefined)).toBe(true);
	});

	it('is repaired: no damaged parameter set goes on to viewers', () => {
		for (const file of ['one_bad_sps.h264', 'one_bad_pps.h264']) {
			const keys = framesOf(file).filter(({ key }) => key);
			const sets = keys.map(({ data }) =>
				nalUnitsOf(data)
					.slice(0, 2)
					.map((nal) => Buffer.from(nal).toString('hex')),
			);
			expect(new Set(sets.map(String)).size).toBe(1);
		}
	});
});
