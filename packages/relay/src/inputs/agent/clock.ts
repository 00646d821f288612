import { type Micros, micros } from '@oriel/base';
import { ClockOffset } from '@oriel/stream';

/** Clocks and estimates are not perfect; a frame from further in the future than this has a broken time. */
const MAX_AHEAD = micros(1000);
/** A frame is on its way for seconds, not hours: one from further back has a broken time too. */
const MAX_BEHIND = micros(3_600_000);
/** Frames that are suddenly so much older or younger than those before come from a queue, or a clock has stepped. */
const SUDDEN = micros(1000);
/** The clocks are not compared again more often than this because of frames. */
const COMPARE_INTERVAL = micros(250);

/** The agent's times in the relay's clock. */
export class AgentClock {
	/** How far the agent's clock is ahead, as the pings of the connection measure it. */
	readonly offset = new ClockOffset();
	readonly #compare: () => void;
	/** Of the newest frame, and when the clocks were last compared because of one. */
	#age: Micros | undefined;
	#comparedAt: Micros = 0;

	/** `compare` pings the agent: a clock may have stepped, and the next regular ping could be two seconds away. */
	constructor(compare: () => void) {
		this.#compare = compare;
	}

	/** When something was captured that has come now; arrival, where its time is unknown or cannot be. */
	capturedAt(theirs: Micros, now: Micros): Micros {
		const ours = this.offset.toOurs(theirs);
		if (ours !== undefined) this.#onAge(now - ours, now);
		if (ours === undefined || ours > now + MAX_AHEAD || ours < Math.max(0, now - MAX_BEHIND)) return now;
		return Math.min(ours, now);
	}

	#onAge(age: Micros, now: Micros): void {
		const isSudden = Math.abs(age - (this.#age ?? age)) > SUDDEN;
		this.#age = age;
		if (!isSudden || now - this.#comparedAt < COMPARE_INTERVAL) return;
		this.#comparedAt = now;
		this.#compare();
	}
}
