import type { RtpPacket } from './packet.ts';

/** What a packet is to the one before it: the next, the same once more, or one after a loss. */
export type Succession = 'next' | 'again' | 'lost';

/** After so many packets it is judged whether their numbers mean anything. */
const ENOUGH_PACKETS = 64;
/** Over TCP packets are lost only where the camera drops them. If more than every fourth seems lost, it counts otherwise. */
const MOST_LOSSES = ENOUGH_PACKETS / 4;

/**
 * Tells from the sequence numbers of packets, which come in order, whether one is missing. There are cameras whose numbers
 * stand still, or mean nothing: then no loss is seen any more.
 */
export class PacketOrder {
	#last: RtpPacket | undefined;
	#packets = 0;
	#losses = 0;

	/** The numbers are not those of RFC 3550: what is lost cannot be told. */
	get isMeaningless(): boolean {
		return this.#packets >= ENOUGH_PACKETS && this.#losses > MOST_LOSSES;
	}

	next(packet: RtpPacket): Succession {
		const last = this.#last;
		this.#last = packet;
		if (!last) return 'next';
		if (this.#packets < ENOUGH_PACKETS) this.#packets++;
		const step = (packet.sequence - last.sequence) & 0xffff;
		if (step === 1) return 'next';
		if (step === 0 && packet.source === last.source) return isSame(packet.payload, last.payload) ? 'again' : 'next';
		if (this.isMeaningless) return 'next';
		if (this.#packets < ENOUGH_PACKETS) this.#losses++;
		return 'lost';
	}
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
