import type { Clock, Micros } from '@oriel/base';
import { networkOf } from '../http/network.ts';

/** Wrong attempts that one address may make in a row before it has to wait. */
export const MAX_FAILURES = 8;
/** Wrong attempts at one account, from wherever, after which each address has only one. */
export const MAX_ACCOUNT_FAILURES = 100;
/** How long it has to wait then, and how long a wrong try is remembered. */
export const FAILURE_WINDOW: Micros = 5 * 60 * 1_000_000;
/** Addresses remembered, and accounts; beyond this the one that failed longest ago is forgotten. */
export const MAX_REMEMBERED = 10_000;

interface Entry {
	failures: number;
	last: Micros;
}

/**
 * Slows guessing down: counts the wrong tries of each address and at each account, in bounded memory. An account is never
 * locked: a caller that has not guessed gets at least one try, so that the owner cannot be shut out.
 */
export class Attempts {
	readonly #clock: Clock;
	readonly #addresses = new Map<string, Entry>();
	readonly #accounts = new Map<string, Entry>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Seconds that this address must wait before its next try at this account; 0: none. */
	waitSeconds(address: string, account?: string): number {
		const entry = this.#addresses.get(networkOf(address));
		const attacked = account !== undefined && this.#recent(this.#accounts.get(account)) >= MAX_ACCOUNT_FAILURES;
		if (!entry || entry.failures < (attacked ? 1 : MAX_FAILURES)) return 0;
		return Math.max(0, Math.ceil((entry.last + FAILURE_WINDOW - this.#clock.now()) / 1_000_000));
	}

	/** Counts a try as a wrong one. Call it before the answer is known, so that tries made side by side count too. */
	failed(address: string, account?: string): void {
		this.#count(this.#addresses, networkOf(address));
		if (account !== undefined) this.#count(this.#accounts, account);
	}

	/** Takes back one `failed`. Earlier wrong tries stay: else one good account would pay for guessing at another. */
	succeeded(address: string, account?: string): void {
		takeBack(this.#addresses, networkOf(address));
		if (account !== undefined) takeBack(this.#accounts, account);
	}

	#recent(entry: Entry | undefined): number {
		return entry && this.#clock.now() - entry.last < FAILURE_WINDOW ? entry.failures : 0;
	}

	#count(entries: Map<string, Entry>, key: string): void {
		const failures = this.#recent(entries.get(key)) + 1;
		entries.delete(key);
		entries.set(key, { failures, last: this.#clock.now() });
		if (entries.size <= MAX_REMEMBERED) return;
		const [oldest] = entries.keys();
		if (oldest !== undefined) entries.delete(oldest);
	}
}

function takeBack(entries: Map<string, Entry>, key: string): void {
	const entry = entries.get(key);
	if (entry && --entry.failures <= 0) entries.delete(key);
}
