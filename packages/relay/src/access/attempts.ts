import type { Clock, Micros } from '@oriel/base';

/** Wrong tries that one address may make in a row before it has to wait. */
const MAX_FAILURES = 8;
/** How long it has to wait then, and how long a wrong try is remembered. */
const WINDOW: Micros = 5 * 60 * 1_000_000;
/** Addresses remembered; beyond this the one that failed longest ago is forgotten. */
const MAX_ADDRESSES = 10_000;

interface Entry {
	failures: number;
	last: Micros;
}

/** Slows guessing down: counts the wrong tries of each address, in bounded memory. */
export class Attempts {
	readonly #clock: Clock;
	readonly #entries = new Map<string, Entry>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Seconds that this address must wait before its next try; 0: none. */
	waitSeconds(address: string): number {
		const entry = this.#entries.get(networkOf(address));
		if (!entry || entry.failures < MAX_FAILURES) return 0;
		return Math.max(0, Math.ceil((entry.last + WINDOW - this.#clock.now()) / 1_000_000));
	}

	failed(address: string): void {
		const network = networkOf(address);
		const now = this.#clock.now();
		const before = this.#entries.get(network);
		const failures = before && now - before.last < WINDOW ? before.failures + 1 : 1;
		this.#entries.delete(network);
		this.#entries.set(network, { failures, last: now });
		if (this.#entries.size > MAX_ADDRESSES) this.#forgetOldest();
	}

	succeeded(address: string): void {
		this.#entries.delete(networkOf(address));
	}

	#forgetOldest(): void {
		const [oldest] = this.#entries.keys();
		if (oldest !== undefined) this.#entries.delete(oldest);
	}
}

/** IPv6 hands out whole networks: all of a /64 count as one address. */
function networkOf(address: string): string {
	if (!address.includes(':') || address.startsWith('::ffff:')) return address;
	const [head = '', tail] = address.split('::');
	const left = head.split(':').filter(Boolean);
	const right = tail?.split(':').filter(Boolean) ?? [];
	const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
	return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
