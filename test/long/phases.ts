/** A part of the run. */
export interface Phase {
	/** Names of the attacks, a list for each process of attackers. */
	readonly processes: readonly (readonly string[])[];
	readonly ms: number;
}

/** Attacks at once. */
const SIDE_BY_SIDE = 3;
/** Share of the run in which all of them are under way. */
const ALL_AT_ONCE = 0.15;
/** Processes of attackers then. */
const CROWD = 6;

/** All attacks, some side by side, each in a process of its own; in the end all at once. `ms` long together. */
export function phases(names: readonly string[], ms: number): Phase[] {
	const count = Math.ceil(names.length / SIDE_BY_SIDE);
	// Neighbours in the list are of one kind: other kinds meet.
	const groups = Array.from({ length: count }, (_, at) => names.filter((_name, index) => index % count === at));
	const each = (ms * (1 - ALL_AT_ONCE)) / count;
	const crowd = Array.from({ length: CROWD }, (_, at) => names.filter((_name, index) => index % CROWD === at));
	return [
		...groups.map((group) => ({ processes: group.map((name) => [name]), ms: each })),
		{ processes: crowd, ms: ms * ALL_AT_ONCE },
	];
}
