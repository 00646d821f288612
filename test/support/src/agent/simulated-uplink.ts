import { Adaptation, type Decision } from '../../../../packages/agent/src/uplink/adaptation.ts';

/** A camera and an uplink, second by second, without packets: what does not fit makes way. */
export interface SimulatedUplink {
	readonly codec?: 'jpeg' | 'h264';
	/** What the source makes when nothing limits it, bits a second. */
	readonly full: number;
	readonly fps?: number;
	readonly floor?: number;
	/** What the uplink carries in that second. */
	readonly carries: (second: number) => number;
	/** Whether the source does as told; default: yes. */
	readonly isDeaf?: boolean;
	/** Whether there are viewers; default: always. */
	readonly isWatched?: (second: number) => boolean;
}

export interface Simulation {
	readonly decisions: readonly (Decision & { readonly at: number })[];
	/** The source's limit in each second. */
	readonly limits: readonly (number | undefined)[];
	/** The part of what the source made that came over, in each second in which it made anything. */
	readonly shares: readonly number[];
}

/** The part of a picture's size that its quality cannot take away; as coarse as it gets, five a second. */
const LEAST_JPEG = 0.05;

/** What an adaptation does in so many seconds. Each change takes the source a second and a half. */
export function simulate(uplink: SimulatedUplink, seconds: number): Simulation {
	const { codec = 'h264', full, fps = 25, floor = 300_000, carries, isDeaf = false, isWatched = () => true } = uplink;
	const adaptation = new Adaptation(floor);
	const decisions: (Decision & { readonly at: number })[] = [];
	const limits: (number | undefined)[] = [];
	const shares: number[] = [];
	let darkUntil = Number.NEGATIVE_INFINITY;
	let trust = 0;
	for (let second = 0; second < seconds; second++) {
		limits.push(adaptation.limit);
		if (!isWatched(second)) {
			adaptation.forget();
			continue;
		}
		const lit = Math.min(1, Math.max(0, second + 1 - darkUntil));
		const limit = isDeaf ? full : Math.min(full, adaptation.limit ?? full);
		const made = (codec === 'jpeg' ? Math.max(limit, LEAST_JPEG * full) : limit) * lit;
		const rate = codec === 'jpeg' ? Math.max(5, Math.min(fps, (fps * limit) / full)) : fps;
		// No link carries a part of a bit.
		const room = Math.floor(carries(second));
		const delivered = Math.min(made, room);
		const share = made === 0 ? 1 : delivered / made;
		// The estimate falls when pictures come late; while all comes over it only knows what was seen at once.
		trust = delivered < made ? room : Math.max(trust, Math.min(room, 3 * made));
		if (made > 0) shares.push(share);
		const decision = adaptation.saw({
			at: second * 1e6,
			lasted: 1e6,
			codec,
			madeFrames: Math.round(rate * lit),
			madeBits: made,
			sentFrames: rate * lit * share,
			replacedFrames: rate * lit * (1 - share),
			deliveredBits: delivered,
			deliveryRate: room === 0 ? trust : Math.min(trust, room),
		});
		if (!decision) continue;
		decisions.push({ ...decision, at: second });
		if (!isDeaf) darkUntil = second + 2.5;
	}
	return { decisions, limits, shares };
}
