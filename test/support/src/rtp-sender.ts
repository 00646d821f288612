import { concat, viewOf } from '@oriel/base';
import { nalUnitsOf } from '@oriel/media';

export interface RtpSenderOptions {
	/** Of a payload; default: 200. */
	readonly mostBytes?: number;
	/** Where the marker stands: on the last packet of a picture, on that of each NAL unit, or nowhere. */
	readonly marks?: 'pictures' | 'units' | 'never';
	/** Parameter sets in one packet (STAP-A); default: each in its own. */
	readonly isAggregated?: boolean;
	readonly payloadType?: number;
	readonly source?: number;
	readonly firstSequence?: number;
}

/** Sends access units as RTP packets, as RFC 6184 asks, or as some cameras do. */
export class RtpSender {
	readonly #options: RtpSenderOptions;
	#sequence: number;

	constructor(options: RtpSenderOptions = {}) {
		this.#options = options;
		this.#sequence = options.firstSequence ?? 100;
	}

	/** The packets of one picture, in Annex B. */
	picture(annexB: Uint8Array, timestamp: number): Uint8Array[] {
		const nals = nalUnitsOf(annexB);
		const sets = nals.filter((nal) => isSet(nal));
		const isAggregated = this.#options.isAggregated === true && sets.length > 0;
		const units = isAggregated ? [aggregate(sets), ...nals.filter((nal) => !isSet(nal))] : nals;
		const isWhole = (unit: Uint8Array) => isAggregated && unit === units[0];
		const payloads = units.map((unit) => (isWhole(unit) ? [unit] : fragments(unit, this.#options.mostBytes ?? 200)));
		return payloads.flatMap((parts, unit) =>
			parts.map((part, index) => {
				const isLastPart = index === parts.length - 1;
				const { marks = 'pictures' } = this.#options;
				const marker = marks === 'units' ? isLastPart : marks === 'pictures' && isLastPart && unit === units.length - 1;
				return this.packet(part, timestamp, marker);
			}),
		);
	}

	packet(payload: Uint8Array, timestamp: number, marker: boolean): Uint8Array {
		const { payloadType = 96, source = 0x1234_5678 } = this.#options;
		return rtpPacket({ payload, timestamp, marker, payloadType, source, sequence: this.#sequence++ & 0xffff });
	}
}

interface Head {
	readonly payload: Uint8Array;
	readonly timestamp: number;
	readonly marker: boolean;
	readonly payloadType: number;
	readonly source: number;
	readonly sequence: number;
}

function rtpPacket({ payload, timestamp, marker, payloadType, source, sequence }: Head): Uint8Array {
	const head = new Uint8Array(12);
	const view = viewOf(head);
	view.setUint8(0, 0x80);
	view.setUint8(1, (marker ? 0x80 : 0) | payloadType);
	view.setUint16(2, sequence);
	view.setUint32(4, timestamp % 2 ** 32);
	view.setUint32(8, source);
	return concat([head, payload]);
}

function isSet(nal: Uint8Array): boolean {
	const type = (nal[0] ?? 0) & 0x1f;
	return type === 7 || type === 8;
}

function aggregate(nals: readonly Uint8Array[]): Uint8Array {
	return concat([
		Uint8Array.of(24),
		...nals.flatMap((nal) => [Uint8Array.of(nal.length >> 8, nal.length & 0xff), nal]),
	]);
}

/** FU-A for what is too long for one packet. */
export function fragments(nal: Uint8Array, mostBytes: number): Uint8Array[] {
	if (nal.length <= mostBytes || nal.length < 3) return [nal];
	const [first = 0] = nal;
	const parts: Uint8Array[] = [];
	for (let at = 1; at < nal.length; at += mostBytes) {
		const part = nal.subarray(at, at + mostBytes);
		const flags = (at === 1 ? 0x80 : 0) | (at + mostBytes >= nal.length ? 0x40 : 0);
		parts.push(concat([Uint8Array.of((first & 0xe0) | 28, flags | (first & 0x1f)), part]));
	}
	return parts;
}
