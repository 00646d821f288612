/** How a camera sends a track, as it says itself (RFC 2326 12.39). */
export interface Transport {
	/** The channel of the packets of RTP; undefined: as it was asked. */
	readonly channel?: number;
	/** The channel of reports. */
	readonly reports?: number;
	/** The sender of the packets. */
	readonly source?: number;
	/** Not on this connection. */
	readonly isBeside?: boolean;
}

/** Channels are often others than those that were asked for, and `RTP/AVP` often stands for `RTP/AVP/TCP`. */
export function readTransport(header: string): Transport {
	const [, channel, reports] = /\binterleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?/i.exec(header) ?? [];
	// There are cameras with spaces in it, with fewer digits, or with decimal ones: those say nothing.
	const [, source] = /\bssrc\s*=\s*(?:0x)?([0-9a-f]{8})\b/i.exec(header) ?? [];
	const isBeside = channel === undefined && /\b(client|server)_port\s*=|\bmulticast\b/i.test(header);
	return {
		...(channel !== undefined && { channel: Number(channel), reports: Number(reports ?? Number(channel) + 1) }),
		...(source !== undefined && { source: Number.parseInt(source, 16) }),
		...(isBeside && { isBeside }),
	};
}
