import type { JpegFault } from './fault.ts';
import { FrameHeader } from './frame-header.ts';
import { type Coding, foreignCoding, isFrameHeader, MARKER, standsAlone } from './marker.ts';

/**
 * Why a walk paused: the bytes ran `out`; the first `scan` begins; the `end` (EOI) was read; a `restart` (SOI) came, so
 * the picture has no end of its own; or it is `broken`: no marker where one must be.
 */
export type Pause = 'out' | 'scan' | 'end' | 'restart' | 'broken';

type Place = 'start' | 'marker' | 'code' | 'length-high' | 'length-low' | 'segment' | 'entropy' | 'entropy-code';

/** More bytes between two segments than one segment can have: this is no picture, and need not be held. */
export const MAX_STRAY_BYTES = 65_535;

/**
 * Walks one JPEG picture from behind its SOI, in pieces of any size, looking at each byte once (ISO/IEC 10918-1 B.1.1).
 * Segments are jumped over, so that a thumbnail inside one does no harm. It is as tolerant as libjpeg, and so browsers,
 * are: bytes between segments are passed over up to the next marker (`next_marker`), a length below 2 is none. It keeps
 * no bytes.
 */
export class JpegWalk {
	/** Whether a DHT came before the first scan. */
	hasHuffmanTables = false;
	/** Whether the header of a scan has been read. */
	hasScan = false;
	/** Bytes of the newest segment, its marker included. */
	segmentBytes = 0;
	/** Bytes since the newest segment that belong to none. */
	strayBytes = 0;
	/** Why the newest `advance` returned. */
	pause: Pause = 'out';
	#place: Place = 'start';
	#code = 0;
	/** Where in the payload of the segment the walk is, and how long that is. */
	#at = 0;
	#size = 0;
	#coding: Coding | undefined;
	readonly #frame = new FrameHeader();
	/** What to add to an index into the bytes at hand to get the distance from the SOI. */
	#origin = 2;

	/** From the frame header (SOF0 to SOF2); 0 until it has been read. */
	get width(): number {
		return this.#frame.width;
	}

	/** From the frame header, or from a DNL where that says 0. */
	get height(): number {
		return this.#frame.height;
	}

	/** Where the two bytes of the height stand, counted from the SOI, where a DNL had to tell the height; 0: it had not. */
	get missingHeightAt(): number {
		return this.#frame.missingHeightAt;
	}

	/** A picture that browsers can show has a size and something to show, coded as they know it. */
	get isPicture(): boolean {
		return this.fault === undefined;
	}

	/** Why it is none that browsers can show, as far as it has been read. */
	get fault(): JpegFault | undefined {
		if (this.#coding) return this.#coding;
		if (!this.#frame.isKnown) return this.pause === 'broken' ? 'no-marker' : 'no-frame-header';
		if (this.#frame.precision !== 8) return 'precision';
		if (this.width === 0 || this.height === 0) return 'no-size';
		return this.hasScan ? undefined : 'no-scan';
	}

	/** Reads on from `bytes[from]`. Returns the index behind the last byte read; `pause` says why it is that one. */
	advance(bytes: Uint8Array, from: number): number {
		this.pause = 'out';
		this.#origin -= from;
		let at = from;
		while (at < bytes.length && this.pause === 'out') {
			if (this.#place === 'entropy') at = this.#throughEntropy(bytes, at);
			else if (this.#place === 'segment') at = this.#throughSegment(bytes, at);
			else if (this.#place === 'marker') at = this.#throughStray(bytes, at);
			else this.#read(bytes[at++] ?? 0);
		}
		this.#origin += at;
		return at;
	}

	#read(byte: number): void {
		if (this.#place === 'code') this.#readCode(byte);
		else if (this.#place === 'entropy-code') this.#readEntropyCode(byte);
		else if (this.#place === 'length-high') this.#readLengthHigh(byte);
		else if (this.#place === 'length-low') this.#readLengthLow(byte);
		else if (byte === 0xff) this.#place = 'code';
		// Every picture has a marker behind its SOI, and noise seldom has: nothing else is taken for a picture.
		else this.pause = 'broken';
	}

	/** As libjpeg does: what is no marker is passed over. */
	#throughStray(bytes: Uint8Array, from: number): number {
		const found = bytes.indexOf(0xff, from);
		const end = found < 0 ? bytes.length : found;
		this.strayBytes += end - from;
		if (this.strayBytes > MAX_STRAY_BYTES) this.pause = 'broken';
		if (found < 0 || this.pause === 'broken') return end;
		this.#place = 'code';
		return found + 1;
	}

	#readCode(code: number): void {
		if (code === 0xff) return; // a fill byte
		if (code === MARKER.eoi) this.pause = 'end';
		else if (code === MARKER.soi) this.pause = 'restart';
		else if (standsAlone(code)) this.#place = 'marker';
		else if (code < 0xc0) this.#passOver();
		else {
			this.#code = code;
			this.#coding ??= foreignCoding(code);
			this.#place = 'length-high';
		}
	}

	/** A stuffed zero or a reserved code: no marker. */
	#passOver(): void {
		this.#place = 'marker';
		this.strayBytes += 2;
		if (this.strayBytes > MAX_STRAY_BYTES) this.pause = 'broken';
	}

	/** A reserved code (02 to BF) in here is a damaged sample: the picture is worth more than the flaw. */
	#readEntropyCode(code: number): void {
		if (code === 0xff) return;
		if (code < 0xc0 || standsAlone(code)) this.#place = 'entropy';
		else this.#readCode(code);
	}

	#readLengthHigh(byte: number): void {
		this.#size = byte << 8;
		this.#place = 'length-low';
	}

	/** The length counts itself. Of one that does not, libjpeg takes none of what follows for the segment's. */
	#readLengthLow(byte: number): void {
		this.#size = Math.max(0, this.#size + byte - 2);
		this.#at = 0;
		this.strayBytes = 0;
		this.segmentBytes = this.#size + 4;
		this.#place = 'segment';
		if (this.#code === MARKER.dht && !this.hasScan) this.hasHuffmanTables = true;
		if (isFrameHeader(this.#code)) {
			this.#frame.begin();
			if (this.#size < 6) this.pause = 'broken';
		}
		if (this.pause === 'out' && this.#size === 0) this.#endSegment();
	}

	#throughSegment(bytes: Uint8Array, from: number): number {
		const end = Math.min(bytes.length, from + this.#size - this.#at);
		const part = bytes.subarray(from, end);
		if (isFrameHeader(this.#code)) this.#frame.read(part, this.#at, this.#origin + from);
		else if (this.#code === MARKER.dnl) this.#frame.readLines(part, this.#at);
		this.#at += end - from;
		if (this.#at === this.#size) this.#endSegment();
		return end;
	}

	#endSegment(): void {
		this.#place = this.#code === MARKER.sos ? 'entropy' : 'marker';
		if (this.#code !== MARKER.sos || this.hasScan) return;
		this.hasScan = true;
		this.pause = 'scan';
	}

	#throughEntropy(bytes: Uint8Array, from: number): number {
		const found = bytes.indexOf(0xff, from);
		if (found < 0) return bytes.length;
		this.#place = 'entropy-code';
		return found + 1;
	}
}
