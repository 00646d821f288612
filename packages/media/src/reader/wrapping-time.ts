/** Makes times of 32 bits, which begin again after days, into times that only go on: of the tags of FLV, of the packets of RTP. */
export class WrappingTime {
	#previous: number | undefined;
	#time = 0;

	/** The next time, counted from the first. One that lies less than half of the range before the last goes back; all others go forward. */
	unwrap(time: number): number {
		this.#previous ??= time;
		this.#time += (time - this.#previous) | 0;
		this.#previous = time;
		return this.#time;
	}
}
