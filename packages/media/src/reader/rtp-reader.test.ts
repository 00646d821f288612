import { readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import {
	AccessUnitAssembler,
	annexBOf,
	MediaError,
	NAL,
	nalType,
	nalUnitsOf,
	type ParsedUnit,
	RtpReader,
	TimedReader,
} from '@oriel/media';
import { fieldPictures } from '@oriel/testing/field-pictures';
import { h264Units } from '@oriel/testing/h264';
import { RtpSender, type RtpSenderOptions } from '@oriel/testing/rtp-sender';
import { describe, expect, it } from 'vitest';

/** 25 pictures a second. */
const TICKS = 3600;
const UNITS = h264Units('kddkd');
const SETS = nalUnitsOf(UNITS[0] ?? new Uint8Array()).filter((nal) => isSet(nal));
const MAX = { maxBytes: 100_000 };

function isSet(nal: Uint8Array): boolean {
	return nalType(nal) === NAL.sps || nalType(nal) === NAL.pps;
}

function packetsOf(options: RtpSenderOptions = {}, units: readonly Uint8Array[] = UNITS): Uint8Array[][] {
	const sender = new RtpSender({ mostBytes: 30, ...options });
	return units.map((unit, turn) => sender.picture(unit, turn * TICKS));
}

function read(packets: readonly Uint8Array[], reader = new RtpReader(MAX)): ParsedUnit[] {
	return packets.flatMap((packet) => reader.push(packet));
}

const bytesOf = (frames: readonly ParsedUnit[]) => frames.map(({ data }) => Buffer.from(data));
const buffers = (units: readonly Uint8Array[]) => units.map((unit) => Buffer.from(unit));

/** The picture in two slices: the second is the first once more, said to begin with another macroblock. */
function inTwoSlices(unit: Uint8Array): Uint8Array {
	const nals = nalUnitsOf(unit);
	const slice = nals.at(-1) ?? new Uint8Array();
	const bits = Array.from(slice.subarray(1, 20), (byte) => byte.toString(2).padStart(8, '0')).join('');
	const later = `00101${bits.slice(1)}`.slice(0, 8 * 19);
	const head = Uint8Array.from(later.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
	return annexBOf([...nals, concat([slice.subarray(0, 1), head, slice.subarray(20)])]);
}

describe('H.264 in RTP', () => {
	it.each([
		['one unit a packet', { mostBytes: 5000 }],
		['fragments', { mostBytes: 7 }],
		['parameter sets together', { isAggregated: true }],
		['numbers that begin again', { firstSequence: 0xfffd }],
	])('is read: %s', (_what, options) => {
		const reader = new RtpReader(MAX);
		const frames = [...read(packetsOf(options).flat(), reader), ...reader.flush()];
		expect(bytesOf(frames)).toEqual(buffers(UNITS));
		expect(frames.map(({ key }) => key)).toEqual([true, false, false, true, false]);
		expect(reader).toMatchObject({ problem: undefined, brokenPictures: 0, pendingBytes: 0, skippedBytes: 0 });
	});

	it('comes out with the packet that has the marker, from the second picture on', () => {
		const reader = new RtpReader(MAX);
		const [first = [], ...others] = packetsOf({ mostBytes: 20 });
		expect([read(first, reader).length, reader.hasPicture, reader.silenceMs]).toEqual([0, true, 20]);
		for (const [index, packets] of others.entries()) {
			const last = packets.at(-1) ?? new Uint8Array();
			expect(read(packets.slice(0, -1), reader)).toEqual([]);
			expect(read([last], reader)).toHaveLength(index === 0 ? 2 : 1);
			expect([reader.hasPicture, reader.pendingBytes]).toEqual([false, 0]);
		}
	});

	it('gives the first picture out after a short silence, and the next at its marker', () => {
		const reader = new RtpReader(MAX);
		const [first = [], second = []] = packetsOf();
		read(first, reader);
		expect(bytesOf(reader.flush())).toEqual(buffers(UNITS.slice(0, 1)));
		expect(bytesOf(read(second, reader))).toEqual(buffers(UNITS.slice(1, 2)));
	});

	it('has times that go on over their end', () => {
		const sender = new RtpSender();
		const times = [0xffff_ff00, 0xffff_ff00 + TICKS, 0xffff_ff00 + 2 * TICKS];
		const frames = read(times.flatMap((time, turn) => sender.picture(UNITS[turn] ?? new Uint8Array(), time)));
		expect(frames.map(({ stamp }) => stamp)).toEqual([0, 40_000, 80_000]);
	});

	describe('of a camera', () => {
		it('that sets no marker comes out with the next picture, then after a silence', () => {
			const reader = new RtpReader(MAX);
			const [first = [], second = [], third = []] = packetsOf({ marks: 'never' });
			expect([read(first, reader).length, reader.hasPicture, reader.silenceMs]).toEqual([0, true, 1000]);
			expect(bytesOf(read(second, reader))).toEqual(buffers(UNITS.slice(0, 1)));
			expect([reader.hasPicture, reader.silenceMs]).toEqual([true, 20]);
			expect(bytesOf(reader.flush())).toEqual(buffers(UNITS.slice(1, 2)));
			expect(read(third, reader)).toEqual([]);
			expect(reader.earlyFlushes).toBe(0);
		});

		it('that marks parameter sets and messages, too, loses nothing by it', () => {
			const reader = new RtpReader(MAX);
			const frames = read(packetsOf({ marks: 'units' }).flat(), reader);
			expect(bytesOf(frames)).toEqual(buffers(UNITS));
		});

		it('that marks each slice is found out before a picture is torn', () => {
			const units = UNITS.map(inTwoSlices);
			const reader = new RtpReader(MAX);
			const frames = [...read(packetsOf({ marks: 'units' }, units).flat(), reader), ...reader.flush()];
			expect(bytesOf(frames)).toEqual(buffers(units));
			expect(reader.earlyFlushes).toBe(0);
			expect(reader.hasPicture).toBe(false);
		});

		it('that marks each slice only later loses the rest of one group', () => {
			const later = [...UNITS.slice(0, 3), ...h264Units('kdkd').map(inTwoSlices)];
			const sender = new RtpSender({ marks: 'units' });
			const reader = new RtpReader(MAX);
			const frames = later.flatMap((unit, turn) => read(sender.picture(unit, turn * TICKS), reader));
			const kinds = [...frames, ...reader.flush()].map(({ key }) => (key ? 'k' : 'd')).join('');
			expect(kinds).toBe('kddkkd');
			expect(reader.earlyFlushes).toBe(1);
		});

		it('that sends parameter sets with another time than their picture', () => {
			const sender = new RtpSender();
			const packets = UNITS.flatMap((unit, turn) =>
				nalUnitsOf(unit).map((nal) => sender.packet(nal, turn * TICKS + (isSet(nal) ? 7 : 0), !isSet(nal))),
			);
			const frames = read(packets);
			expect(bytesOf(frames)).toEqual(buffers(UNITS));
			expect(frames.map(({ stamp }) => stamp)).toEqual([0, 40_000, 80_000, 120_000, 160_000]);
		});

		it('that gives all pictures one time', () => {
			const sender = new RtpSender({ marks: 'never' });
			const reader = new RtpReader(MAX);
			const frames = UNITS.flatMap((unit) => read(sender.picture(unit, 5), reader));
			const all = [...frames, ...reader.flush()];
			expect(bytesOf(all)).toEqual(buffers(UNITS));
			// Then it says nothing of when they were taken.
			expect(all.map(({ stamp }) => stamp)).toEqual([0, ...UNITS.slice(1).map(() => undefined)]);
		});

		it('that leaves start codes in, several units behind one header', () => {
			const sender = new RtpSender();
			const reader = new RtpReader(MAX);
			const frames = UNITS.flatMap((unit, turn) => read([sender.packet(unit, turn * TICKS, true)], reader));
			expect(bytesOf([...frames, ...reader.flush()])).toEqual(buffers(UNITS));
		});

		it('whose numbers stand still, or mean nothing', () => {
			for (const number of [() => 7, (turn: number) => (turn * 7919) & 0xffff]) {
				const units = h264Units('kd'.repeat(40));
				const packets = packetsOf({ mostBytes: 5000 }, units).flat();
				const reader = new RtpReader(MAX);
				const frames = packets.flatMap((packet, turn) => {
					const bent = packet.slice();
					new DataView(bent.buffer).setUint16(2, number(turn));
					return reader.push(bent);
				});
				expect(bytesOf(frames.slice(-20))).toEqual(buffers(units.slice(-20)));
			}
		});

		it('that has its parameter sets only in the description', () => {
			const bare = UNITS.map((unit) => annexBOf(nalUnitsOf(unit).filter((nal) => !isSet(nal))));
			const without = new RtpReader(MAX);
			expect(read(packetsOf({}, bare).flat(), without)).toEqual([]);
			const reader = new RtpReader({ ...MAX, parameterSets: [Uint8Array.of(0x09, 1), ...SETS] });
			expect(bytesOf(read(packetsOf({}, bare).flat(), reader))).toEqual(buffers(UNITS));
		});

		it('whose description is of another setting', () => {
			const other = nalUnitsOf(h264Units('k', 32, 32)[0] ?? new Uint8Array()).filter(isSet);
			const reader = new RtpReader({ ...MAX, parameterSets: other });
			const frames = read(packetsOf().flat(), reader);
			expect(frames.map(({ format }) => [format.width, format.height])).toEqual(frames.map(() => [64, 64]));
			expect(nalUnitsOf(frames[0]?.data ?? new Uint8Array()).map(nalType)).toEqual([7, 8, 5]);
		});

		it('with fields gives both as one picture', () => {
			const nals = fieldPictures(3);
			const sender = new RtpSender();
			const packets = nals.map((nal, at) => sender.packet(nal, at * 1800, !isSet(nal)));
			const reader = new RtpReader(MAX);
			const frames = [...read(packets, reader), ...reader.flush()];
			const parts = frames.map(({ data }) => nalUnitsOf(data).filter((nal) => nalType(nal) <= NAL.idr).length);
			expect(parts).toEqual([2, 2, 2]);
		});
	});

	describe('with a loss', () => {
		it.each(
			packetsOf()
				.flat()
				.slice(0, 24)
				.map((_, at) => at),
		)('of packet %d never gives out a torn picture', (lost) => {
			const units = [...UNITS, ...h264Units('kd')];
			const packets = packetsOf({}, units).flat();
			const reader = new RtpReader(MAX);
			const frames = [
				...read(
					packets.filter((_, at) => at !== lost),
					reader,
				),
				...reader.flush(),
			];
			const known = new Set(units.map((unit) => Buffer.from(unit).toString('hex')));
			for (const { data } of frames) expect(known.has(Buffer.from(data).toString('hex'))).toBe(true);
			expect(frames.slice(-2).map(({ key }) => key)).toEqual([true, false]);
			// Nothing comes before the first packet that could tell of its loss.
			if (lost > 0) expect(reader.problem).toMatch(/^Packets of its pictures are missing/);
		});

		it('of a slice that is not the last drops the whole picture, and what refers to it', () => {
			const units = [...UNITS.map(inTwoSlices), ...h264Units('kd')];
			const packets = packetsOf({ mostBytes: 5000 }, units);
			// The first slice of the second key frame, behind its parameter sets.
			const left = packets.flatMap((picture, turn) => (turn === 3 ? picture.filter((_, at) => at !== 2) : picture));
			const frames = read(left);
			expect(bytesOf(frames)).toEqual(buffers([...units.slice(0, 3), ...units.slice(5)]));
		});

		it('is the reason for what is left out behind it, not how rare key frames are', () => {
			const reader = new RtpReader(MAX);
			const packets = packetsOf({ mostBytes: 5000 }, h264Units(`kd${'d'.repeat(60)}k`));
			read(
				packets.flat().filter((_, at) => at !== 5),
				reader,
			);
			expect(reader.problem).toMatch(/^Packets of its pictures are missing/);
		});

		it('says nothing of the same packet twice', () => {
			const reader = new RtpReader(MAX);
			const packets = packetsOf().flat();
			expect(
				bytesOf(
					read(
						packets.flatMap((packet) => [packet, packet]),
						reader,
					),
				),
			).toEqual(buffers(UNITS));
			expect(reader.problem).toBeUndefined();
		});
	});

	it('is joined in the middle of a group without a word, and a key frame that does not come is missed', () => {
		const reader = new RtpReader(MAX);
		const units = h264Units(`k${'d'.repeat(320)}`);
		const packets = packetsOf({ mostBytes: 5000 }, units);
		read(packets.slice(1, 200).flat(), reader);
		expect(reader.problem).toBeUndefined();
		read(packets.slice(200, 300).flat(), reader);
		expect(reader.problem).toMatch(/pictures came without a key frame/);
		// One that lasts, at a picture a second.
		const slow = new RtpReader(MAX);
		const sender = new RtpSender();
		const send = (turn: number) => read(sender.picture(units[turn] ?? new Uint8Array(), turn * 90_000), slow);
		for (let turn = 1; turn <= 30; turn++) send(turn);
		expect(slow.problem).toMatch(/pictures came without a key frame/);
	});

	it('with B-frames has the times at which they are shown', () => {
		const assembler = new AccessUnitAssembler({ maxBytes: 1_000_000 });
		const stream = readFileSync(new URL('../../../../test/vectors/cases/bframes.h264', import.meta.url));
		const units = [...assembler.push(stream), ...assembler.flush()].map(({ annexB }) => annexB);
		const shown = shownTurns(units.length, units);
		const sender = new RtpSender({ mostBytes: 1200 });
		const timed = new TimedReader(new RtpReader({ maxBytes: 1_000_000 }));
		const frames = units.flatMap((unit, turn) => {
			const packets = sender.picture(unit, (shown[turn] ?? 0) * TICKS);
			return packets.flatMap((packet) => timed.push(packet, turn * 40_000));
		});
		const late = frames.slice(8).map(({ capturedAt, presentationOffset = 0 }) => capturedAt + presentationOffset);
		const sorted = [...late].sort((a, b) => a - b);
		const steps = sorted.slice(1).map((at, index) => at - (sorted[index] ?? 0));
		expect(Math.max(...steps.slice(3, -3))).toBeLessThan(41_000);
		expect(Math.min(...steps.slice(3, -3))).toBeGreaterThan(39_000);
		for (const [index, frame] of frames.entries()) {
			expect(frame.capturedAt).toBeGreaterThanOrEqual(frames[index - 1]?.capturedAt ?? 0);
		}
	});

	it('refuses what is too large, and goes on with the next key frame', () => {
		const large = h264Units('k', 640, 480)[0] ?? new Uint8Array();
		const sender = new RtpSender({ mostBytes: 50 });
		const reader = new RtpReader({ maxBytes: large.length - 10 });
		expect(() => read(sender.picture(large, 0), reader)).toThrow(MediaError);
		expect(reader.heldBytes).toBeLessThan(70_000);
	});

	it('skips what is no packet of RTP', () => {
		const reader = new RtpReader(MAX);
		const noise = Uint8Array.of(1, 2, 3);
		expect(
			bytesOf(
				read(
					packetsOf()
						.flat()
						.flatMap((packet) => [noise, packet]),
					reader,
				),
			),
		).toEqual(buffers(UNITS));
		expect(reader.skippedBytes).toBeGreaterThan(0);
	});
});

/** Which picture is shown when, of x264's IbBbP order: told from the order of display that the stream has. */
function shownTurns(count: number, units: readonly Uint8Array[]): number[] {
	const sender = new RtpSender({ mostBytes: 60_000 });
	const reader = new RtpReader({ maxBytes: 1_000_000 });
	const orders = units.flatMap((unit) => read(sender.picture(unit, 0), reader));
	const counts: number[] = [];
	let base = 0;
	let highest = 0;
	for (const { order } of [...orders, ...reader.flush()]) {
		if (order?.restarts) base = highest + 2;
		const at = base + (order?.count ?? 0);
		highest = Math.max(highest, at);
		counts.push(at);
	}
	const ranks = [...counts].sort((a, b) => a - b);
	return Array.from({ length: count }, (_, turn) => ranks.indexOf(counts[turn] ?? 0));
}
