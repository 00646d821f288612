import { concat, type Millis, ownedBytes } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { inspectJpeg } from '../jpeg/inspect.ts';
import {
	type JpegPart,
	jpegHeaders,
	type QuantizationTables,
	readJpegPart,
	tablesFor,
	WITH_TABLES,
} from '../rtp/jpeg-payload.ts';
import { readRtpPacket } from '../rtp/packet.ts';
import { PacketOrder } from '../rtp/packet-order.ts';
import { jpegUnit } from './jpeg-reader.ts';
import type { ParsedUnit, Reader } from './reader.ts';
import { LOST_PACKETS, ticksToMicros } from './rtp-reader.ts';
import { WrappingTime } from './wrapping-time.ts';

/** Silence behind the end of a picture of a camera that sets no marker. */
const SILENCE_MS: Millis = 20;
/** 255 means: never the tables of another picture (RFC 2435 4.2). */
const OWN_TABLES = 255;
/** A packet has fewer bytes; beside those it takes some memory itself. */
const MAX_PARTS = 16_384;
const EOI = Uint8Array.of(0xff, 0xd9);

/** A picture of which parts have come. */
interface Pending {
	readonly first: JpegPart;
	readonly tables: QuantizationTables;
	readonly timestamp: number;
	readonly scans: Uint8Array[];
	bytes: number;
}

/** JPEGs in RTP (RFC 3550, RFC 2435) over a way that keeps the order of packets. A chunk is one packet, whole. */
export class RtpJpegReader implements Reader {
	readonly mayRunSlow = true;
	readonly reorders = false;
	readonly earlyFlushes = 0;
	readonly #maxBytes: number;
	readonly #order = new PacketOrder();
	readonly #ticks = new WrappingTime();
	/** By their quality, of those from 128 on: later pictures may leave theirs out. */
	readonly #tables = new Map<number, QuantizationTables>();
	#pending: Pending | undefined;
	#timestampBefore: number | undefined;
	#skippedBytes = 0;
	#brokenPictures = 0;
	#losses = 0;
	#isTooWide = false;

	/** `maxBytes` is the longest picture that is let through. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	get silenceMs(): Millis {
		return SILENCE_MS;
	}

	/** Most pictures end with an EOI; then one without a marker can be told to be whole. */
	get hasPicture(): boolean {
		const last = this.#pending?.scans.at(-1);
		return last !== undefined && last.at(-2) === 0xff && last.at(-1) === 0xd9;
	}

	get pendingBytes(): number {
		return this.#pending?.bytes ?? 0;
	}

	get heldBytes(): number {
		return this.pendingBytes;
	}

	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	get brokenPictures(): number {
		return this.#brokenPictures;
	}

	get problem(): string | undefined {
		if (this.#isTooWide) {
			return 'Its pictures are larger than 2040 pixels, which JPEG over RTP cannot say. Set a smaller size, or H.264.';
		}
		return this.#losses > 0 ? LOST_PACKETS : undefined;
	}

	/** Throws MediaError 'picture-too-large'. */
	push(chunk: Uint8Array): ParsedUnit[] {
		const packet = readRtpPacket(chunk);
		const part = packet && readJpegPart(packet.payload);
		if (!packet || !part) {
			this.#skippedBytes += chunk.length;
			return [];
		}
		const succession = this.#order.next(packet);
		if (succession === 'again') return [];
		if (succession === 'lost') this.#lose();
		const frames = part.offset === 0 ? this.#begin(part, packet.timestamp) : this.#goOn(part, packet.timestamp);
		return packet.marker ? [...frames, ...this.flush()] : frames;
	}

	flush(): ParsedUnit[] {
		const pending = this.#pending;
		this.#pending = undefined;
		if (!pending) return [];
		const headers = jpegHeaders(pending.first.head, pending.tables);
		const last = pending.scans.at(-1);
		const hasEnd = last?.at(-2) === 0xff && last.at(-1) === 0xd9;
		const jpeg = headers && inspectJpeg(concat([headers, ...pending.scans, ...(hasEnd ? [] : [EOI])]));
		if (!jpeg) {
			this.#brokenPictures++;
			return [];
		}
		return [{ ...jpegUnit(jpeg), ...this.#stampOf(pending.timestamp) }];
	}

	/** The picture before, if it had no marker, is whole: nothing is missing in between. */
	#begin(part: JpegPart, timestamp: number): ParsedUnit[] {
		const frames = this.flush();
		const tables = this.#tablesOf(part);
		this.#isTooWide ||= part.head.width === 0 || part.head.height === 0;
		if (!tables || part.head.width === 0 || part.head.height === 0) this.#brokenPictures++;
		else {
			this.#pending = { first: part, tables, timestamp, scans: [], bytes: 0 };
			this.#keep(this.#pending, part.scan);
		}
		return frames;
	}

	#goOn(part: JpegPart, timestamp: number): ParsedUnit[] {
		const pending = this.#pending;
		if (!pending) return [];
		if (pending.timestamp === timestamp && pending.bytes === part.offset) this.#keep(pending, part.scan);
		else this.#drop();
		return [];
	}

	#keep(pending: Pending, scan: Uint8Array): void {
		// A view would keep all that came with it.
		pending.scans.push(ownedBytes(scan));
		pending.bytes += scan.length;
		if (pending.bytes <= this.#maxBytes && pending.scans.length <= MAX_PARTS) return;
		this.#drop();
		throw new MediaError('picture-too-large', `A JPEG is longer than the ${this.#maxBytes} bytes allowed.`);
	}

	#tablesOf({ head: { quality }, tables }: JpegPart): QuantizationTables | undefined {
		if (quality < WITH_TABLES) return tablesFor(quality);
		if (!tables || tables.bytes.length === 0) return quality === OWN_TABLES ? undefined : this.#tables.get(quality);
		const own = { ...tables, bytes: tables.bytes.slice() };
		this.#tables.set(quality, own);
		return own;
	}

	#stampOf(timestamp: number): Pick<ParsedUnit, 'stamp'> {
		const isAgain = timestamp === this.#timestampBefore;
		this.#timestampBefore = timestamp;
		return isAgain ? {} : { stamp: ticksToMicros(this.#ticks.unwrap(timestamp)) };
	}

	#lose(): void {
		this.#losses++;
		if (this.#pending) this.#drop();
	}

	#drop(): void {
		this.#pending = undefined;
		this.#brokenPictures++;
	}
}
