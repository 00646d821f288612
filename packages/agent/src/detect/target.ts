/** The camera that a SPEC of `--source` names. */
export interface Target {
	/** Says which capture methods may find it, e.g. `csi`. */
	readonly kind: string;
	/** The SPEC in one spelling, without a password; a candidate with this name is meant. */
	readonly name: string;
	/** For people and logs, before anything was looked at. Holds no password. */
	readonly description: string;
}
