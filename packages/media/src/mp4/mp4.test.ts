import { ascii, concat, viewOf } from '@oriel/base';
import { ppsOf, spsOf } from '@oriel/testcard';
import { describe, expect, it } from 'vitest';
import { buildAvcc } from '../h264/avcc.ts';
import { box, fullBox, u64 } from './box.ts';
import { fragment, fragmentHead, sampleOf } from './fragment.ts';
import { initSegment } from './init.ts';

const AVCC = buildAvcc([spsOf({ width: 640, height: 480, framesPerSecond: 24 })], [ppsOf()]);
const CONTAINERS = new Set(['moov', 'trak', 'edts', 'mdia', 'minf', 'dinf', 'stbl', 'mvex', 'moof', 'traf']);

/** Path and size of every box, which must fill its parent exactly. */
function boxesIn(bytes: Uint8Array, path = ''): Array<readonly [path: string, size: number, content: Uint8Array]> {
	const found: Array<readonly [string, number, Uint8Array]> = [];
	let at = 0;
	while (at < bytes.length) {
		const size = viewOf(bytes).getUint32(at);
		const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
		const content = bytes.subarray(at + 8, at + size);
		expect(content).toHaveLength(size - 8);
		found.push([path + name, size, content]);
		if (CONTAINERS.has(name)) found.push(...boxesIn(content, `${path}${name}/`));
		at += size;
	}
	return found;
}

function contentOf(bytes: Uint8Array, path: string): Uint8Array {
	const found = boxesIn(bytes).find(([here]) => here === path);
	if (!found) throw new Error(`no ${path}`);
	return found[2];
}

describe('box', () => {
	it('is its size, its name, its content', () => {
		expect(box('free', [1, 2], Uint8Array.of(3))).toEqual(
			concat([Uint8Array.of(0, 0, 0, 11), ascii('free'), Uint8Array.of(1, 2, 3)]),
		);
		expect(Array.from(fullBox('test', 1, 0x0f01).subarray(8))).toEqual([1, 0, 0x0f, 1]);
		expect(u64(2 ** 40 + 5)).toEqual([0, 0, 1, 0, 0, 0, 0, 5]);
	});
});

describe('initSegment', () => {
	const init = initSegment({ avcc: AVCC, width: 640, height: 480, timescale: 90_000 });

	// A tkhd 4 bytes too long passes ffprobe and gives Chromium a width of 12288.
	it('has boxes of exactly the sizes of the standard', () => {
		expect(boxesIn(init).map(([path, size]) => [path, size])).toEqual([
			['ftyp', 28],
			['moov', init.length - 28],
			['moov/mvhd', 108],
			['moov/trak', init.length - 28 - 8 - 108 - 40],
			['moov/trak/tkhd', 92],
			['moov/trak/mdia', init.length - 28 - 8 - 108 - 40 - 8 - 92],
			['moov/trak/mdia/mdhd', 32],
			['moov/trak/mdia/hdlr', 33],
			['moov/trak/mdia/minf', 8 + 20 + 36 + 8 + 16 + 86 + 8 + AVCC.length + 16 + 16 + 20 + 16],
			['moov/trak/mdia/minf/vmhd', 20],
			['moov/trak/mdia/minf/dinf', 36],
			['moov/trak/mdia/minf/dinf/dref', 28],
			['moov/trak/mdia/minf/stbl', 8 + 16 + 86 + 8 + AVCC.length + 16 + 16 + 20 + 16],
			['moov/trak/mdia/minf/stbl/stsd', 16 + 86 + 8 + AVCC.length],
			['moov/trak/mdia/minf/stbl/stts', 16],
			['moov/trak/mdia/minf/stbl/stsc', 16],
			['moov/trak/mdia/minf/stbl/stsz', 20],
			['moov/trak/mdia/minf/stbl/stco', 16],
			['moov/mvex', 40],
			['moov/mvex/trex', 32],
		]);
	});

	it('says its size and its timescale', () => {
		const tkhd = viewOf(contentOf(init, 'moov/trak/tkhd'));
		expect([tkhd.getUint32(76) / 65_536, tkhd.getUint32(80) / 65_536]).toEqual([640, 480]);
		expect(viewOf(contentOf(init, 'moov/trak/mdia/mdhd')).getUint32(12)).toBe(90_000);
		const entry = contentOf(init, 'moov/trak/mdia/minf/stbl/stsd').subarray(8);
		expect([viewOf(entry).getUint16(32), viewOf(entry).getUint16(34)]).toEqual([640, 480]);
		expect(entry.subarray(-AVCC.length)).toEqual(AVCC);
	});
});

describe('initSegment of a track that is shown from later than its beginning', () => {
	it('has an edit list between the head of the track and its media', () => {
		const init = initSegment({ avcc: AVCC, width: 640, height: 480, timescale: 1000, start: 66 });
		const paths = boxesIn(init).map(([path]) => path);
		const at = paths.indexOf('moov/trak/edts');
		expect(paths.slice(at - 1, at + 3)).toEqual([
			...['moov/trak/tkhd', 'moov/trak/edts', 'moov/trak/edts/elst', 'moov/trak/mdia'],
		]);
		const elst = viewOf(contentOf(init, 'moov/trak/edts/elst'));
		expect([4, 8, 12, 16].map((byte) => elst.getUint32(byte))).toEqual([1, 0, 66, 0x1_0000]);
	});
});

describe('initSegment of pictures that are not of square pixels', () => {
	// 352x288, sample aspect ratio 40:33, as libx264 wrote it.
	const wide = Uint8Array.from(Buffer.from('6764000dacd9416096c144000003000400000300c83c50a658', 'hex'));
	const init = initSegment({ avcc: buildAvcc([wide], [ppsOf()]), width: 352, height: 288, timescale: 1000 });

	it('has their shape, the size as shown in the track and that as sent in the samples', () => {
		const entry = contentOf(init, 'moov/trak/mdia/minf/stbl/stsd').subarray(8);
		const pasp = entry.subarray(-16);
		expect(String.fromCharCode(...pasp.subarray(4, 8))).toBe('pasp');
		expect([0, 8, 12].map((at) => viewOf(pasp).getUint32(at))).toEqual([16, 40, 33]);
		expect([viewOf(entry).getUint16(32), viewOf(entry).getUint16(34)]).toEqual([352, 288]);
		const tkhd = viewOf(contentOf(init, 'moov/trak/tkhd'));
		expect([tkhd.getUint32(76) / 65_536, tkhd.getUint32(80) / 65_536]).toEqual([427, 288]);
	});
});

describe('fragment', () => {
	const nals = [Uint8Array.of(0x65, 0x88), Uint8Array.of(0x65)];
	const sample = Uint8Array.of(0, 0, 0, 2, 0x65, 0x88, 0, 0, 0, 1, 0x65);
	const made = fragment({ sequence: 7, decodeTime: 2 ** 33 + 1, duration: 3600, key: true, nals });

	it('is a moof and the sample it points at', () => {
		expect(boxesIn(made).map(([path, size]) => [path, size])).toEqual([
			['moof', 104],
			['moof/mfhd', 16],
			['moof/traf', 80],
			['moof/traf/tfhd', 16],
			['moof/traf/tfdt', 20],
			['moof/traf/trun', 36],
			['mdat', 19],
		]);
		const trun = viewOf(contentOf(made, 'moof/traf/trun'));
		const dataAt = trun.getUint32(8);
		expect(made.subarray(dataAt)).toEqual(sample);
		expect([trun.getUint32(12), trun.getUint32(16)]).toEqual([3600, 11]);
		expect(viewOf(contentOf(made, 'moof/mfhd')).getUint32(4)).toBe(7);
		expect(Number(viewOf(contentOf(made, 'moof/traf/tfdt')).getBigUint64(4))).toBe(2 ** 33 + 1);
	});

	it('is the same in two pieces, of which the second holds no time', () => {
		const sampled = sampleOf(nals);
		const head = fragmentHead({ sequence: 7, decodeTime: 2 ** 33 + 1, duration: 3600, key: true }, sampled.length);
		expect(concat([head, sampled])).toEqual(made);
		expect(sampled).toEqual(sample);
	});

	it('tells keys from the others, and when to show what is not shown at once', () => {
		const options = { sequence: 1, decodeTime: 0, duration: 1, nals };
		const flags = (key: boolean) => viewOf(contentOf(fragment({ ...options, key }), 'moof/traf/trun')).getUint32(20);
		expect([flags(true), flags(false)]).toEqual([0x0200_0000, 0x0101_0000]);
		const late = fragment({ ...options, key: true, compositionOffset: -40 });
		expect(viewOf(contentOf(late, 'moof/traf/trun')).getInt32(24)).toBe(-40);
	});
});
