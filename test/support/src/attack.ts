/** What an attack is run against: a relay on this machine, and all that its attackers were ever given. */
export interface Target {
	/** Port of the relay on 127.0.0.1, plain HTTP. */
	readonly port: number;
	/** Port for length-prefixed pictures (`--seed-port`), where the relay has one. */
	readonly seedPort?: number;
	/** The camera that viewers watch meanwhile. */
	readonly camera: string;
	/** A viewer's token. */
	readonly token: string;
	/** Token of a share link of `camera`. */
	readonly share: string;
	/** Publish key of another camera, in the hands of an attacker. */
	readonly key: string;
	/** The camera of `key`. */
	readonly hostileCamera: string;
}

/**
 * One kind of attack, which goes on until `signal` aborts and leaves no connection of its own open. It is run for a moment
 * by the suite of its kind and for minutes, beside all others, by `npm run test:long`.
 */
export type Attack = (target: Target, signal: AbortSignal) => Promise<void>;
