import { viewOf } from '@oriel/base';

/** A packet of RTP (RFC 3550 5.1). */
export interface RtpPacket {
	/** Mostly: with this packet a picture is complete. */
	readonly marker: boolean;
	readonly payloadType: number;
	/** 16 bits. */
	readonly sequence: number;
	/** 32 bits, in ticks of the payload's clock. */
	readonly timestamp: number;
	/** Which sender it is from. */
	readonly source: number;
	/** Shares memory with the packet. */
	readonly payload: Uint8Array;
}

const HEADER_BYTES = 12;
const VERSION = 2;
/** Packet types of RTCP (12.1, RFC 5761 4), read as RTP: a marker and the payload types 64 to 95. */
const FIRST_REPORT = 192;
const LAST_REPORT = 223;

/** Reads a packet, without its padding, its extension and its list of contributors. Undefined: it is none. */
export function readRtpPacket(bytes: Uint8Array): RtpPacket | undefined {
	const [flags = 0, type = 0] = bytes;
	if (bytes.length < HEADER_BYTES || flags >> 6 !== VERSION || isReport(bytes)) return undefined;
	const view = viewOf(bytes);
	let from = HEADER_BYTES + 4 * (flags & 0x0f);
	if ((flags & 0x10) !== 0) {
		if (from + 4 > bytes.length) return undefined;
		from += 4 + 4 * view.getUint16(from + 2);
	}
	const padding = (flags & 0x20) !== 0 ? (bytes.at(-1) ?? 0) : 0;
	const end = bytes.length - padding;
	if (from > end) return undefined;
	return {
		marker: (type & 0x80) !== 0,
		payloadType: type & 0x7f,
		sequence: view.getUint16(2),
		timestamp: view.getUint32(4),
		source: view.getUint32(8),
		payload: bytes.subarray(from, end),
	};
}

/** Whether it is a packet of RTCP, whatever channel it came on. */
export function isReport(bytes: Uint8Array): boolean {
	const type = bytes[1] ?? 0;
	return type >= FIRST_REPORT && type <= LAST_REPORT;
}
