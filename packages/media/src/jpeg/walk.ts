/**
 * Why a walk paused: the bytes ran `out`; the first `scan` begins; the `end` (EOI) was read; a `restart` (SOI) came
 * where any other marker could, so the picture was cut off; or it is `broken`: no marker where one must be.
 */
export type Pause = 'out' | 'scan' | 'end' | 'restart' | 'broken';

type Place = 'marker' | 'code' | 'length-high' | 'length-low' | 'segment' | 'entropy' | 'entropy-code';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;

/**
 * Walks one JPEG picture from behind its SOI, in pieces of any size, looking at each byte once (ISO/IEC 10918-1 B.1.1).
 * Segments are jumped over, so that a thumbnail inside one does no harm. It keeps no bytes.
 */
export class JpegWalk {
	/** From the frame header (SOF0 to SOF2); 0 until it has been read. */
	width = 0;
	height = 0;
	/** Whether a DHT came before the first scan. */
	hasHuffmanTables = false;
	/** Whether the header of a scan has been read. */
	hasScan = false;
	/** Bytes of the newest segment, its marker included. */
	segmentBytes = 0;
	/** Why the newest `advance` returned. */
	pause: Pause = 'out';
	#place: Place = 'marker';
	#code = 0;
	/** Where in the payload of the segment the walk is, and how long that is. */
	#at = 0;
	#size = 0;

	/** A picture that can be shown has a size and something to show. */
	get isPicture(): boolean {
		return this.width > 0 && this.height > 0 && this.hasScan;
	}

	/** Reads on from `bytes[from]`. Returns the index behind the last byte read; `pause` says why it is that one. */
	advance(bytes: Uint8Array, from: number): number {
		this.pause = 'out';
		let at = from;
		while (at < bytes.length && this.pause === 'out') {
			if (this.#place === 'entropy') at = this.#throughEntropy(bytes, at);
			else if (this.#place === 'segment') at = this.#throughSegment(bytes, at);
			else this.#read(bytes[at++] ?? 0);
		}
		return at;
	}

	#read(byte: number): void {
		if (this.#place === 'marker') this.#readMarker(byte);
		else if (this.#place === 'code') this.#readCode(byte);
		else if (this.#place === 'entropy-code') this.#readEntropyCode(byte);
		else if (this.#place === 'length-high') this.#readLengthHigh(byte);
		else this.#readLengthLow(byte);
	}

	#readMarker(byte: number): void {
		if (byte === 0xff) this.#place = 'code';
		else this.pause = 'broken';
	}

	#readCode(code: number): void {
		if (code === 0xff) return; // a fill byte
		if (code === EOI) this.pause = 'end';
		else if (code === SOI) this.pause = 'restart';
		else if (standsAlone(code)) this.#place = 'marker';
		else if (code < 0xc0) this.pause = 'broken';
		else {
			this.#code = code;
			this.#place = 'length-high';
		}
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

	#readLengthLow(byte: number): void {
		this.#size += byte - 2;
		this.#at = 0;
		this.segmentBytes = this.#size + 4;
		this.#place = 'segment';
		if (this.#code === DHT && !this.hasScan) this.hasHuffmanTables = true;
		if (isFrameHeader(this.#code)) this.width = this.height = 0;
		if (this.#size < (isFrameHeader(this.#code) ? 6 : 0)) this.pause = 'broken';
		else if (this.#size === 0) this.#endSegment();
	}

	#throughSegment(bytes: Uint8Array, from: number): number {
		const end = Math.min(bytes.length, from + this.#size - this.#at);
		if (isFrameHeader(this.#code)) this.#readFrameHeader(bytes.subarray(from, end));
		this.#at += end - from;
		if (this.#at === this.#size) this.#endSegment();
		return end;
	}

	/** B.2.2: one byte of precision, two of height, two of width. They may come one by one. */
	#readFrameHeader(part: Uint8Array): void {
		for (let index = Math.max(1, this.#at); index <= 4 && index - this.#at < part.length; index++) {
			const byte = part[index - this.#at] ?? 0;
			if (index <= 2) this.height = (this.height << 8) | byte;
			else this.width = (this.width << 8) | byte;
		}
	}

	#endSegment(): void {
		this.#place = this.#code === SOS ? 'entropy' : 'marker';
		if (this.#code !== SOS || this.hasScan) return;
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

/** RST0 to RST7 and TEM have no length. */
function standsAlone(code: number): boolean {
	return code === 0x01 || (code >= 0xd0 && code <= 0xd7);
}

/** SOF0 to SOF2. No browser shows the others. */
function isFrameHeader(code: number): boolean {
	return code >= 0xc0 && code <= 0xc2;
}
