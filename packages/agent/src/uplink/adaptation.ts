import { type Micros, micros } from '@oriel/base';

/** What happened on the way to the relay in about a second, with viewers. */
export interface Second {
	/** Its end. */
	readonly at: Micros;
	readonly lasted: Micros;
	readonly codec: 'jpeg' | 'h264';
	/** What the source made. */
	readonly madeFrames: number;
	readonly madeBits: number;
	/** Pictures that left, and pictures that made way for newer ones. */
	readonly sentFrames: number;
	readonly replacedFrames: number;
	/** What the relay has acknowledged. */
	readonly deliveredBits: number;
	/** What the uplink carries, as the acknowledgements say; a lower bound while it carries all. */
	readonly deliveryRate: number | undefined;
}

/** That the source is to stay under `limit` (undefined: as its owner has set it), and how that came. */
export interface Decision {
	/** It carries too little; more is tried; or the source did not heed it, and is left alone. */
	readonly why: 'too-little' | 'try' | 'unheeded';
	readonly limit: number | undefined;
	/** What the uplink carries, in bits a second. */
	readonly carried: number;
	/** What the source makes when nothing limits it. */
	readonly full: number;
}

/** Pictures and rate are judged over so many seconds: a group of pictures and a short dip fit into it. */
const JUDGED: Record<Second['codec'], number> = { h264: 6, jpeg: 15 };
/**
 * In so many of them something must have come over, for a path that carries nothing says nothing of what it carries; and in so
 * many less than was made: a short dip is over before the source is.
 */
const MOST = 2 / 3;
/** The part of the pictures that may make way for newer ones without anything being done … */
const BEHIND = 0.05;
/** … and the part that may before more is tried. */
const WELL = 0.02;
/** JPEGs that make way for newer ones leave fewer, each as fresh as can be: only below this rate is less asked of the camera. */
export const WATCHABLE_FPS = 5;
/** The part of what the uplink carries that the source is told to make: key frames and other cameras need room. */
const ROOM = 0.85;
/** A smaller step down is not worth the second or two without pictures. */
const LEAST_STEP_DOWN = 0.8;
/** Each change costs a second or two of pictures. */
export const CHANGE_EVERY: Micros = micros(20_000);
/** For so long everything must have come over before more is tried. */
const WELL_SECONDS = 15;
/** How soon after a change more is tried; after each try that failed twice as late, after each that did not half as late. */
export const FIRST_PATIENCE: Micros = micros(30_000);
export const LAST_PATIENCE: Micros = micros(900_000);
/** More has failed if less is needed within this time. */
const FAILED_WITHIN: Micros = micros(300_000);
/** A try for more is by at least, and at most … */
const LEAST_STEP_UP = 1.25;
const LARGEST_STEP_UP = 2;
/** … and in between it trusts this part of what the acknowledgements say. */
const TRUSTED = 0.7;
/** A source that still makes more than this part of what it made did not do as told; after two times it is not told again … */
const OBEYED = 0.9;
const DISOBEDIENCE = 2;
/** … for this long. */
const LEFT_ALONE: Micros = micros(1_800_000);

/**
 * Decides what a source should make of an uplink that does not always carry it: less after some seconds in which it did not,
 * more again, step by step, when it does. Both cost a second or two of pictures, so neither happens often, and tries for
 * more that fail happen less and less often.
 */
export class Adaptation {
	readonly #floor: number;
	#seconds: Second[] = [];
	#limit: number | undefined;
	#full = 0;
	#changedAt = Number.NEGATIVE_INFINITY;
	/** The last change was one for more, and it has not proved itself. */
	#isTry = false;
	#patience = FIRST_PATIENCE;
	/** What the source made before it was told to make less, until that has been looked at. */
	#madeBefore: number | undefined;
	#disobeyed = 0;
	#isHeeded = false;
	#leaveAloneUntil = Number.NEGATIVE_INFINITY;

	/** `floor`: never less than so many bits a second. */
	constructor(floor: number) {
		this.#floor = floor;
	}

	/** What the source is to stay under, in bits a second. */
	get limit(): number | undefined {
		return this.#limit;
	}

	/** Whether the source has been seen to make less since it was told to. */
	get isHeeded(): boolean {
		return this.#isHeeded;
	}

	/** The path is another one, or there were no viewers: what was seen before says nothing. */
	forget(): void {
		this.#seconds = [];
	}

	/** Takes in a second; gives a decision when something is to change. A second without pictures says nothing. */
	saw(second: Second): Decision | undefined {
		if (second.madeFrames === 0 || second.at < this.#leaveAloneUntil) return undefined;
		if (this.#isTry && second.at - this.#changedAt >= FAILED_WITHIN) this.#proved();
		this.#seconds = [...this.#seconds, second].slice(-JUDGED.jpeg);
		const judged = this.#seconds.slice(-JUDGED[second.codec]);
		if (judged.length === JUDGED[second.codec]) {
			if (this.#hasDisobeyed(judged)) return this.#giveUp(second.at);
			if (second.at - this.#changedAt >= CHANGE_EVERY && isBehind(judged)) return this.#lower(judged, second.at);
		}
		return this.#mayRaise(second.at) ? this.#raise(second.at) : undefined;
	}

	#lower(judged: readonly Second[], now: Micros): Decision | undefined {
		const made = rateOf(judged, 'madeBits');
		// The first of them began before the uplink became slow.
		const carried = rateOf(shortOf(judged).slice(1), 'deliveredBits');
		const present = Math.min(this.#limit ?? made, made);
		if (this.#limit === undefined) this.#full = made;
		const limit = Math.max(this.#floor, Math.min(ROOM * carried, LEAST_STEP_DOWN * present));
		if (this.#isTry && now - this.#changedAt < FAILED_WITHIN) {
			this.#patience = Math.min(LAST_PATIENCE, 2 * this.#patience);
		}
		this.#isTry = false;
		if (limit >= (this.#limit ?? made)) return undefined;
		this.#madeBefore = made;
		return this.#change('too-little', limit, carried, now);
	}

	#mayRaise(now: Micros): boolean {
		const stood = now - this.#changedAt;
		if (this.#limit === undefined || stood < this.#patience) return false;
		const recent = this.#seconds.slice(-WELL_SECONDS);
		return recent.length === WELL_SECONDS && missedOf(recent) <= WELL;
	}

	#proved(): void {
		this.#isTry = false;
		this.#patience = Math.max(FIRST_PATIENCE, this.#patience / 2);
	}

	#raise(now: Micros): Decision {
		const limit = this.#limit ?? 0;
		const rates = this.#seconds.map(({ deliveryRate }) => deliveryRate ?? 0).sort((a, b) => a - b);
		const carried = rates[Math.floor(rates.length / 2)] ?? 0;
		const next = Math.min(LARGEST_STEP_UP * limit, Math.max(LEAST_STEP_UP * limit, TRUSTED * carried));
		this.#isTry = true;
		return this.#change('try', next >= this.#full ? undefined : next, carried, now);
	}

	#change(why: Decision['why'], limit: number | undefined, carried: number, now: Micros): Decision {
		this.#limit = limit === undefined ? undefined : Math.round(limit);
		this.#changedAt = now;
		this.#isHeeded &&= limit !== undefined;
		this.#seconds = [];
		return { why, limit: this.#limit, carried, full: this.#full };
	}

	/** Whether the source goes on as before though it was told to make less, again and again. */
	#hasDisobeyed(judged: readonly Second[]): boolean {
		if (this.#madeBefore === undefined) return false;
		const isSame = rateOf(judged, 'madeBits') > OBEYED * this.#madeBefore;
		this.#madeBefore = undefined;
		this.#isHeeded = !isSame;
		this.#disobeyed = isSame ? this.#disobeyed + 1 : 0;
		return this.#disobeyed >= DISOBEDIENCE;
	}

	#giveUp(now: Micros): Decision {
		this.#disobeyed = 0;
		this.#isTry = false;
		this.#leaveAloneUntil = now + LEFT_ALONE;
		return this.#change('unheeded', undefined, 0, now);
	}
}

function isBehind(judged: readonly Second[]): boolean {
	if (missedOf(judged) <= BEHIND) return false;
	const most = MOST * judged.length;
	if (judged.filter(({ deliveredBits }) => deliveredBits > 0).length < most) return false;
	if (shortOf(judged).length < most) return false;
	return judged.at(-1)?.codec === 'h264' || rateOf(judged, 'sentFrames') < WATCHABLE_FPS;
}

/** Those in which less came over than is made. The others may be from before the uplink became slow. */
function shortOf(judged: readonly Second[]): readonly Second[] {
	const enough = (1 - BEHIND) * (sum(judged, 'madeBits') / judged.length);
	return judged.filter(({ deliveredBits }) => deliveredBits < enough);
}

/** The part of the pictures that made way for newer ones. */
function missedOf(seconds: readonly Second[]): number {
	return sum(seconds, 'replacedFrames') / Math.max(1, sum(seconds, 'madeFrames'));
}

/** A second. */
function rateOf(seconds: readonly Second[], what: 'madeBits' | 'deliveredBits' | 'sentFrames'): number {
	return (sum(seconds, what) * 1e6) / Math.max(1, sum(seconds, 'lasted'));
}

function sum(
	seconds: readonly Second[],
	what: 'madeBits' | 'deliveredBits' | 'sentFrames' | 'madeFrames' | 'replacedFrames' | 'lasted',
): number {
	return seconds.reduce((total, second) => total + second[what], 0);
}
