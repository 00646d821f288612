import { blankYuvImage, buildAvcc, type Format, NAL, nalType, nalUnitsOf, toLengthPrefixed } from '@oriel/media';
import { H264Encoder } from '@oriel/testcard';
import type { Frame } from '../../../../packages/agent/src/capture/source.ts';

/** What the access units of `h264` have in common. */
export const H264_FORMAT: Format = { codec: 'h264', codecString: 'avc1.42C01E', width: 64, height: 64 };

/** Access units of a small stream in which each differs from the one before: `k` for a key frame, `d` for a delta. */
export function h264(kinds: string, { width = 64, height = 64, fps = 10 } = {}): Uint8Array[] {
	const encoder = new H264Encoder({ width, height, framesPerSecond: fps });
	return Array.from(kinds, (kind, turn) => {
		const picture = blankYuvImage(width, height);
		picture.y.fill((turn * 37) % 256);
		return encoder.encode(picture, { forceKey: kind === 'k' }).annexB;
	});
}

/** A frame whose bytes nobody looks at. */
export function h264Frame(key: boolean, capturedAt: number, format: Format = H264_FORMAT): Frame {
	return { key, capturedAt, bytes: Uint8Array.of(0, 0, 0, 1, key ? 0x65 : 0x41), format };
}

/** The stream in FLV, a picture every 100 ms, as `ffmpeg -f flv` writes it. */
export function flv(units: readonly Uint8Array[]): Buffer {
	const sets = nalUnitsOf(units[0] ?? Uint8Array.of());
	const ofType = (type: number) => sets.filter((nal) => nalType(nal) === type);
	const header = Buffer.from([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0]);
	const head = tag(0, 0x17, 0, buildAvcc(ofType(NAL.sps), ofType(NAL.pps)));
	const pictures = units.map((unit, turn) => tag(turn * 100, 0x27, 1, toLengthPrefixed(unit)));
	return Buffer.concat([header, head, ...pictures]);
}

function tag(timeMs: number, first: number, packetType: number, rest: Uint8Array): Buffer {
	const header = Buffer.alloc(16);
	header[0] = 9;
	header.writeUIntBE(5 + rest.length, 1, 3);
	header.writeUIntBE(timeMs, 4, 3);
	header[11] = first;
	header[12] = packetType;
	const end = Buffer.alloc(4);
	end.writeUInt32BE(11 + 5 + rest.length);
	return Buffer.concat([header, rest, end]);
}
