import { type Cancel, type Clock, type Log, type Millis, micros } from '@oriel/base';
import type { Format, Source } from '../capture/source.ts';
import { Adaptation, type Decision, type Second } from './adaptation.ts';
import { limitedWords } from './limited-words.ts';
import type { Uplink } from './uplink.ts';

/** What a slow uplink leaves at least, unless the owner says otherwise: 320x240 is still worth looking at. */
export const DEFAULT_MIN_BITRATE = 300_000;
/** How often it is looked what the uplink has carried. */
const LOOK_MS: Millis = 1000;
/** A look that comes this late spans another time than a second: a machine that slept, or was busy. */
const LATE = micros(3000);

export interface AdapterOptions {
	readonly source: Pick<Source, 'capabilities' | 'limit'>;
	readonly uplink: Pick<Uplink, 'traffic' | 'limited'>;
	/** Of the newest picture. */
	readonly codec: () => Format['codec'] | undefined;
	/** Never less than so many bits a second. */
	readonly floor: number;
	readonly clock: Clock;
	readonly log: Log;
}

type Counted = NonNullable<Uplink['traffic']>;

/** Has a source make what the uplink carries, where it can be told. */
export class Adapter {
	readonly #options: AdapterOptions;
	readonly #adaptation: Adaptation;
	#stop: Cancel | undefined;
	/** What is to be said of the last decision as soon as the source heeds it. */
	#words: string | undefined;
	#before: { readonly at: number; readonly traffic: Counted } | undefined;

	constructor(options: AdapterOptions) {
		this.#options = options;
		this.#adaptation = new Adaptation(options.floor);
	}

	/** Begins to look. Nothing happens with a source that cannot be told. */
	start(): void {
		const { source, clock } = this.#options;
		if (source.limit && source.capabilities.includes('bitrate')) this.#stop = clock.every(LOOK_MS, () => this.#look());
	}

	stop(): void {
		this.#stop?.();
	}

	#look(): void {
		const { uplink, clock, codec } = this.#options;
		const before = this.#before;
		const at = clock.now();
		const { traffic } = uplink;
		this.#before = traffic && { at, traffic };
		const isOn = before && traffic?.connection === before.traffic.connection && at - before.at <= LATE;
		if (!isOn) {
			this.#adaptation.forget();
			return;
		}
		const decision = this.#adaptation.saw({
			...secondBetween(before.traffic, traffic),
			at,
			lasted: at - before.at,
			codec: codec() ?? 'jpeg',
		});
		if (decision) this.#follow(decision);
		if (this.#adaptation.isHeeded || this.#words === undefined) uplink.limited(this.#words);
	}

	#follow(decision: Decision): void {
		const { source, log } = this.#options;
		const { limit, carried, full, why } = decision;
		const words = limitedWords(decision);
		const fields = { limit, carried: Math.round(carried), full: Math.round(full) };
		if (why === 'unheeded') log.warn('the camera does not send less though it was told to', fields);
		else if (words === undefined) log.info('the uplink carries more: the camera sends everything again', fields);
		else log[why === 'try' ? 'info' : 'warn'](words, fields);
		source.limit?.(limit);
		this.#words = words;
	}
}

function secondBetween(before: Counted, after: Counted): Omit<Second, 'at' | 'lasted' | 'codec'> {
	return {
		madeFrames: after.madeFrames - before.madeFrames,
		madeBits: (after.madeBytes - before.madeBytes) * 8,
		sentFrames: after.sentFrames - before.sentFrames,
		replacedFrames: after.replacedFrames - before.replacedFrames,
		deliveredBits: (after.deliveredBytes - before.deliveredBytes) * 8,
		deliveryRate: after.deliveryRate,
	};
}
