import { concat, type Micros, type Millis, ownedBytes } from '@oriel/base';
import type { AccessUnit } from '../h264/access-unit.ts';
import { annexBOf } from '../h264/annexb.ts';
import { isSlice, NAL, nalType, startsPicture } from '../h264/nal.ts';
import { UnitBuilder } from '../h264/unit-builder.ts';
import { Marks } from '../rtp/marks.ts';
import { NalDepacketizer } from '../rtp/nal-depacketizer.ts';
import { type RtpPacket, readRtpPacket } from '../rtp/packet.ts';
import { PacketOrder } from '../rtp/packet-order.ts';
import { type FrameTimes, ShownAt } from '../rtp/shown-at.ts';
import type { ParsedUnit, Reader } from './reader.ts';
import { UnitReader } from './unit-reader.ts';
import { WrappingTime } from './wrapping-time.ts';

/** Silence behind a picture that is over at the latest then: a network's pauses within a picture are shorter, mostly. */
const SILENCE_MS: Millis = 20;
/** The same while nothing is known of the camera's markers: once, for the first picture. */
const FIRST_SILENCE_MS: Millis = 1000;
/** The clock of video in RTP has 90 kHz (RFC 6184 8.2.1, RFC 2435 3.1). */
const MICROS_PER_TICK = 1_000_000 / 90_000;
/** A camera is joined in the middle of a group: so long, or so many pictures, no key frame has to come. */
const MOST_JOINING_TICKS = 10 * 90_000;
const MOST_JOINING_PICTURES = 300;
/** What the owner should know about lost packets. */
export const LOST_PACKETS =
	'Packets of its pictures are missing: it drops them, mostly because the network to it is too slow. Lower its bitrate, or better the network.';

export interface RtpReaderOptions {
	/** The longest access unit that is let through. */
	readonly maxBytes: number;
	/** SPS and PPS that the session's description has: for streams that lack them. */
	readonly parameterSets?: readonly Uint8Array[];
}

/**
 * H.264 in RTP (RFC 3550, RFC 6184) over a way that keeps the order of packets. A chunk is one packet, whole. A picture
 * comes out with the packet that has its marker; `silenceMs` is for cameras that set none.
 */
export class RtpReader implements Reader {
	readonly mayRunSlow = true;
	readonly #order = new PacketOrder();
	readonly #nals: NalDepacketizer;
	readonly #builder: UnitBuilder;
	readonly #units = new UnitReader();
	readonly #marks = new Marks();
	readonly #ticks = new WrappingTime();
	readonly #shownAt = new ShownAt();
	readonly #described: Uint8Array;
	/** Of the pending picture. */
	#timestamp = 0;
	/** Of the frame before. */
	#timestampBefore: number | undefined;
	/** The rest of a picture of which packets were lost may still come. */
	#isTorn = false;
	#hasFrame = false;
	#hasKey = false;
	#firstTimestamp: number | undefined;
	/** The newest unit was given out at its marker. */
	#endedAtMarker = false;
	#skippedBytes = 0;
	#lostPictures = 0;
	#losses = 0;
	/** No key frame has come since the newest loss. */
	#isBehindLoss = false;

	constructor({ maxBytes, parameterSets = [] }: RtpReaderOptions) {
		this.#nals = new NalDepacketizer({ maxBytes });
		this.#builder = new UnitBuilder({ maxBytes });
		const sets = parameterSets.filter((nal) => nalType(nal) === NAL.sps || nalType(nal) === NAL.pps);
		for (const set of sets) this.#builder.boundary.learn(set);
		this.#described = annexBOf(sets);
	}

	/** How long the stream must be silent before `flush`. */
	get silenceMs(): Millis {
		return this.#marks.isUnproven ? FIRST_SILENCE_MS : SILENCE_MS;
	}

	get hasPicture(): boolean {
		const { hasPicture, boundary } = this.#builder;
		return this.#marks.needsSilence && hasPicture && !boundary.isHalf && !this.#nals.isOpen;
	}

	get earlyFlushes(): number {
		return this.#builder.tornPictures;
	}

	get pendingBytes(): number {
		return this.#builder.pendingBytes + this.#nals.pendingBytes;
	}

	get heldBytes(): number {
		return this.#builder.heldBytes + this.#nals.heldBytes + this.#units.heldBytes + this.#described.length;
	}

	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	get brokenPictures(): number {
		return this.#units.withheld + this.#lostPictures;
	}

	get reorders(): boolean {
		return this.#units.reorders;
	}

	get problem(): string | undefined {
		// What a loss costs up to the next key frame is no fault of the encoder, nor is it that we come in the middle of a group.
		const others = this.#isBehindLoss || this.#isJoining ? undefined : this.#units.problem;
		return others ?? (this.#losses > 0 ? LOST_PACKETS : undefined);
	}

	/** No key frame has come yet, and it is too early to miss one. */
	get #isJoining(): boolean {
		const waited = (this.#timestamp - (this.#firstTimestamp ?? this.#timestamp)) >>> 0;
		return !this.#hasKey && waited < MOST_JOINING_TICKS && this.#units.withheld < MOST_JOINING_PICTURES;
	}

	/** Throws MediaError 'picture-too-large' or 'unsupported-codec'. */
	push(chunk: Uint8Array): ParsedUnit[] {
		const packet = readRtpPacket(chunk);
		if (!packet) {
			this.#skippedBytes += chunk.length;
			return [];
		}
		const succession = this.#order.next(packet);
		if (succession === 'again') return [];
		if (succession === 'lost') this.#lose();
		return this.#take(packet);
	}

	flush(): ParsedUnit[] {
		const units: AccessUnit[] = [];
		if (!this.#builder.closeEarly(units)) return [];
		this.#marks.onEnd();
		this.#endedAtMarker = false;
		return this.#read(units);
	}

	#take(packet: RtpPacket): ParsedUnit[] {
		const { brokenNals } = this.#nals;
		const nals = this.#nals.push(packet.payload);
		if (this.#nals.brokenNals > brokenNals) this.#lose();
		const frames = nals.flatMap((nal) => this.#takeNal(nal, packet.timestamp));
		if (packet.marker && nals.length > 0) frames.push(...this.#takeMarker());
		return frames;
	}

	#takeNal(nal: Uint8Array, timestamp: number): ParsedUnit[] {
		const isPart = isSlice(nalType(nal));
		const isStart = startsPicture(nal);
		if (isStart) this.#isTorn = false;
		if (isPart && this.#isTorn) return [];
		const { hasPicture, tornPictures, boundary } = this.#builder;
		const units: AccessUnit[] = [];
		const isNext = hasPicture && timestamp !== this.#timestamp && !boundary.isHalf && (isStart || !isPart);
		if (isNext) this.#builder.close(units);
		// A view would keep all that came with it.
		this.#builder.take(ownedBytes(nal), units);
		if (this.#builder.tornPictures > tornPictures) this.#marks.onMore(this.#endedAtMarker);
		else if (units.length > 0) this.#marks.onEnd();
		else if (isPart && hasPicture) this.#marks.onMore();
		const frames = this.#read(units);
		const isBegun = this.#builder.hasPicture && (!hasPicture || units.length > 0);
		if (isBegun) this.#timestamp = timestamp;
		return frames;
	}

	/** A marker on parameter sets or messages, as some cameras have it, ends no picture: none is pending then. */
	#takeMarker(): ParsedUnit[] {
		const { hasPicture, boundary } = this.#builder;
		if (!hasPicture || boundary.isHalf || this.#nals.isOpen || !this.#marks.onMarker()) return [];
		const units: AccessUnit[] = [];
		this.#builder.closeEarly(units);
		this.#endedAtMarker = true;
		return this.#read(units);
	}

	#read(units: readonly AccessUnit[]): ParsedUnit[] {
		return units.flatMap((unit) => {
			this.#hasKey ||= unit.key;
			this.#firstTimestamp ??= this.#timestamp;
			const frames = this.#units.read([this.#withDescribed(unit)]);
			this.#hasFrame ||= frames.length > 0;
			if (frames[0]?.key) this.#isBehindLoss = false;
			return frames.map((frame) => ({ ...frame, ...this.#timesOf(frame) }));
		});
	}

	/** Those in the stream come behind those of the description, which may be of another setting of the camera. */
	#withDescribed(unit: AccessUnit): AccessUnit {
		if (this.#hasFrame || !unit.key || this.#described.length === 0) return unit;
		return { ...unit, annexB: concat([this.#described, unit.annexB]) };
	}

	/** Some cameras give all pictures one time: then that says nothing. */
	#timesOf({ order }: ParsedUnit): Partial<FrameTimes> {
		const isAgain = this.#timestamp === this.#timestampBefore;
		this.#timestampBefore = this.#timestamp;
		if (isAgain) return {};
		const shownAt = ticksToMicros(this.#ticks.unwrap(this.#timestamp));
		return this.#shownAt.next(shownAt, order !== undefined);
	}

	#lose(): void {
		this.#losses++;
		this.#isBehindLoss = true;
		if (this.pendingBytes > 0) this.#lostPictures++;
		this.#nals.reset();
		this.#builder.lose();
		this.#marks.onLoss();
		this.#isTorn = true;
	}
}

export function ticksToMicros(ticks: number): Micros {
	return Math.round(ticks * MICROS_PER_TICK);
}
