/** From one frame that a viewer received to the next, in milliseconds on one clock. */
export interface Gap {
	readonly from: number;
	readonly to: number;
}

/**
 * The part of a gap that the relay caused. `control` are the gaps of viewers of another relay, which nothing is done to, on
 * the same machine at the same time: where these waited longer than `intervalMs`, the usual time between two frames, the
 * machine did something else, and all viewers waited for that. On a quiet machine this is the whole gap.
 */
export function causedByRelay({ from, to }: Gap, control: readonly Gap[], intervalMs: number): number {
	const overlapping = control.filter((gap) => gap.from < to && gap.to > from);
	const longest = Math.max(intervalMs, ...overlapping.map((gap) => gap.to - gap.from));
	return to - from - (longest - intervalMs);
}
