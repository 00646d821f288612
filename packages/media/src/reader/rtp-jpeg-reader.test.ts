import { concat } from '@oriel/base';
import { blankYuvImage, encodeJpeg, inspectJpeg, MediaError, type ParsedUnit, RtpJpegReader } from '@oriel/media';
import { RtpSender } from '@oriel/testing/rtp-sender';
import { describe, expect, it } from 'vitest';

const QUALITY = 70;
const PICTURES = [1, 2, 3, 4].map((seed) => {
	const image = blankYuvImage(64, 48);
	image.y.forEach((_, at) => {
		image.y[at] = (at * seed * 7) % 251;
	});
	return encodeJpeg(image, { quality: QUALITY });
});

interface Sending {
	readonly quality?: number;
	readonly tables?: 'with each' | 'once';
	readonly restartInterval?: number;
	readonly type?: number;
	readonly columns?: number;
	readonly isMarked?: boolean;
	readonly isEnded?: boolean;
	readonly mostBytes?: number;
}

/** The packets of each picture (RFC 2435 3.1). */
function packetsOf(pictures: readonly Uint8Array[], sending: Sending = {}): Uint8Array[][] {
	const { quality = QUALITY, tables = 'with each', restartInterval, type = 1, columns = 8 } = sending;
	const { isMarked = true, isEnded = true, mostBytes = 200 } = sending;
	const sender = new RtpSender({ payloadType: 26 });
	return pictures.map((picture, turn) => {
		const scan = scanOf(picture).subarray(0, isEnded ? undefined : -2);
		const packets: Uint8Array[] = [];
		for (let at = 0; at < scan.length; at += mostBytes) {
			const head = [0, at >> 16, (at >> 8) & 0xff, at & 0xff, type + (restartInterval ? 64 : 0), quality, columns, 6];
			const restarts = restartInterval ? [restartInterval >> 8, restartInterval & 0xff, 0xff, 0xff] : [];
			const own = at === 0 && quality >= 128 ? tablesOf(picture, turn === 0 || tables === 'with each') : [];
			const part = scan.subarray(at, at + mostBytes);
			const isLast = at + mostBytes >= scan.length;
			packets.push(
				sender.packet(concat([Uint8Array.from([...head, ...restarts, ...own]), part]), turn * 3600, isMarked && isLast),
			);
		}
		return packets;
	});
}

function scanOf(picture: Uint8Array): Uint8Array {
	const bytes = Buffer.from(picture);
	return bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xda])) + 14);
}

function tablesOf(picture: Uint8Array, areThere: boolean): number[] {
	const bytes = Buffer.from(picture);
	const at = bytes.indexOf(Buffer.from([0xff, 0xdb])) + 4;
	const tables = [...bytes.subarray(at + 1, at + 65), ...bytes.subarray(at + 66, at + 130)];
	return areThere ? [0, 0, 0, 128, ...tables] : [0, 0, 0, 0];
}

/** The quantization tables of a JPEG, by number. */
function quantizationIn(picture: Uint8Array): Map<number, string> {
	const bytes = Buffer.from(picture);
	const tables = new Map<number, string>();
	for (
		let at = bytes.indexOf(Buffer.from([0xff, 0xdb]));
		at >= 0;
		at = bytes.indexOf(Buffer.from([0xff, 0xdb]), at + 1)
	) {
		const end = at + 2 + bytes.readUInt16BE(at + 2);
		for (let from = at + 4; from < end; from += 65)
			tables.set(bytes[from] ?? 0, bytes.toString('hex', from + 1, from + 65));
	}
	return tables;
}

function read(packets: readonly Uint8Array[], reader = new RtpJpegReader({ maxBytes: 100_000 })): ParsedUnit[] {
	return packets.flatMap((packet) => reader.push(packet));
}

function expectPictures(frames: readonly ParsedUnit[], pictures: readonly Uint8Array[] = PICTURES): void {
	expect(frames).toHaveLength(pictures.length);
	for (const [index, { data, format, key }] of frames.entries()) {
		const picture = pictures[index] ?? new Uint8Array();
		expect([format.codec, format.width, format.height, key]).toEqual(['jpeg', 64, 48, true]);
		expect(Buffer.from(scanOf(data))).toEqual(Buffer.from(scanOf(picture)));
		expect(quantizationIn(data)).toEqual(quantizationIn(picture));
		expect(inspectJpeg(data)).toMatchObject({ width: 64, height: 48, hasHuffmanTables: true });
	}
}

describe('JPEG in RTP (RFC 2435)', () => {
	it.each<[string, Sending]>([
		['the tables of its quality', {}],
		['its own tables', { quality: 255 }],
		['tables that come once', { quality: 200, tables: 'once' }],
		['packets of any size', { mostBytes: 7 }],
		['no end', { isEnded: false }],
	])('is read with %s', (_what, sending) => {
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		const frames = read(packetsOf(PICTURES, sending).flat(), reader);
		expectPictures(frames);
		expect(frames.map(({ stamp }) => stamp)).toEqual([0, 40_000, 80_000, 120_000]);
		expect(reader).toMatchObject({ problem: undefined, brokenPictures: 0, pendingBytes: 0, skippedBytes: 0 });
	});

	it('comes out with the packet that has the marker', () => {
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		for (const packets of packetsOf(PICTURES)) {
			expect(read(packets.slice(0, -1), reader)).toEqual([]);
			expect(read(packets.slice(-1), reader)).toHaveLength(1);
		}
	});

	it('says where restart markers and 4:2:2 are', () => {
		const [restarts] = read(packetsOf(PICTURES.slice(0, 1), { restartInterval: 5 }).flat());
		expect(Buffer.from(restarts?.data ?? []).includes(Buffer.from([0xff, 0xdd, 0, 4, 0, 5]))).toBe(true);
		const [narrow] = read(packetsOf(PICTURES.slice(0, 1), { type: 0 }).flat());
		expect(
			Buffer.from(narrow?.data ?? []).includes(Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 48, 0, 64, 3, 1, 0x21])),
		).toBe(true);
	});

	it('without markers comes out after a silence, or with the next', () => {
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		const [first = [], second = [], ...rest] = packetsOf(PICTURES, { isMarked: false });
		expect([read(first.slice(0, -1), reader).length, reader.hasPicture]).toEqual([0, false]);
		expect([read(first.slice(-1), reader).length, reader.hasPicture]).toEqual([0, true]);
		const frames = [...reader.flush(), ...read([...second, ...rest.flat()], reader), ...reader.flush()];
		expectPictures(frames);
	});

	it('of which a packet is lost is dropped, whichever it is', () => {
		const packets = packetsOf(PICTURES).flat();
		for (let lost = 1; lost < packets.length - 1; lost++) {
			const reader = new RtpJpegReader({ maxBytes: 100_000 });
			const frames = read(
				packets.filter((_, at) => at !== lost),
				reader,
			);
			const known = PICTURES.map((picture) => Buffer.from(scanOf(picture)).toString('hex'));
			for (const { data } of frames) expect(known).toContain(Buffer.from(scanOf(data)).toString('hex'));
			expect(frames.length).toBeGreaterThanOrEqual(2);
			expect(reader.problem).toMatch(/^Packets of its pictures are missing/);
		}
	});

	it('of which a part is missing is dropped, though the numbers of its packets go on', () => {
		const packets = packetsOf(PICTURES);
		const missing = packets.flatMap((picture, turn) => (turn === 1 ? picture.filter((_, at) => at !== 1) : picture));
		const numbered = missing.map((packet, at) => {
			const own = packet.slice();
			new DataView(own.buffer).setUint16(2, at);
			return own;
		});
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		expectPictures(
			read(numbered, reader),
			PICTURES.filter((_, turn) => turn !== 1),
		);
		expect(reader.brokenPictures).toBe(1);
	});

	it('needs the tables of its quality before', () => {
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		const later = packetsOf(PICTURES, { quality: 255, tables: 'once' });
		expectPictures(read(later.flat(), reader), PICTURES.slice(0, 1));
		expect(reader.brokenPictures).toBe(3);
	});

	it('that is too wide for its header is named', () => {
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		expect(read(packetsOf(PICTURES, { columns: 0 }).flat(), reader)).toEqual([]);
		expect(reader.problem).toMatch(/larger than 2040 pixels/);
	});

	it('that is too large is refused, and the next is read', () => {
		const reader = new RtpJpegReader({ maxBytes: 500 });
		const [packets = []] = packetsOf(PICTURES);
		expect(() => read(packets, reader)).toThrow(MediaError);
		expect(reader.pendingBytes).toBe(0);
	});

	it('skips what is none', () => {
		const reader = new RtpJpegReader({ maxBytes: 100_000 });
		const sender = new RtpSender();
		const noise = [
			[],
			[1, 2, 3],
			[0, 0, 0, 0, 9, 70, 8, 6],
			[0, 0, 0, 0, 1, 0, 8, 6],
			[0, 0, 0, 0, 65, 70, 8, 6],
			[0, 0, 0, 0, 1, 255, 8, 6, 0, 0, 9, 9],
		];
		expect(
			read(
				noise.map((bytes) => sender.packet(Uint8Array.from(bytes), 0, true)),
				reader,
			),
		).toEqual([]);
		expect(reader.skippedBytes).toBeGreaterThan(0);
	});
});
