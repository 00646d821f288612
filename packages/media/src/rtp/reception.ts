import { ascii, concat, viewOf } from '@oriel/base';
import type { RtpPacket } from './packet.ts';

/** Packet types of RTCP (RFC 3550 12.1). */
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const REPORT_BYTES = 32;
const DESCRIPTION_BYTES = 16;
/** CNAME (6.5.1). */
const CNAME = 1;
const NAME = ascii('oriel');

/**
 * What was received from a sender, for the receiver reports (RFC 3550 6.4.2): servers end sessions from which none come.
 * Loss and jitter are left at 0: over TCP they say nothing of the network.
 */
export class Reception {
	readonly #from: number;
	#source: number | undefined;
	#sequence = 0;
	/** How often the sequence numbers began again. */
	#turns = 0;

	/** `from`: who sends the reports, any number of 32 bits. */
	constructor(from: number) {
		this.#from = from;
	}

	onPacket({ source, sequence }: Pick<RtpPacket, 'source' | 'sequence'>): void {
		if (source !== this.#source) this.#turns = 0;
		else if (sequence < this.#sequence && this.#sequence - sequence > 0x8000) this.#turns = (this.#turns + 1) & 0xffff;
		this.#source = source;
		this.#sequence = sequence;
	}

	/** The next report; undefined: nothing has come. */
	report(): Uint8Array | undefined {
		if (this.#source === undefined) return undefined;
		const report = headed(RECEIVER_REPORT, REPORT_BYTES, this.#from);
		const view = viewOf(report);
		view.setUint32(8, this.#source);
		view.setUint16(16, this.#turns);
		view.setUint16(18, this.#sequence);
		const description = headed(DESCRIPTION, DESCRIPTION_BYTES, this.#from);
		description.set([CNAME, NAME.length, ...NAME], 8);
		return concat([report, description]);
	}
}

/** Version 2, and one block behind the head. */
function headed(type: number, bytes: number, from: number): Uint8Array {
	const packet = new Uint8Array(bytes);
	const view = viewOf(packet);
	view.setUint16(0, 0x8100 | type);
	view.setUint16(2, bytes / 4 - 1);
	view.setUint32(4, from);
	return packet;
}
