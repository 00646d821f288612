import { Largest } from './largest.ts';

/** What one connection has of a budget. */
export interface Share {
	/** Says how much it holds now. */
	set(amount: number): void;
	/** It holds nothing any more. Twice is fine. */
	close(): void;
}

interface Owner {
	readonly name: string;
	readonly shares: Set<OpenShare>;
	amount: number;
}

/**
 * A maximum for all connections together. Where they pass it, the largest connection of the owner that holds the most is
 * ended: one credential with a hundred connections is stopped before a camera that sends one large picture.
 */
export class Budget {
	readonly #max: number;
	readonly #passed: () => void;
	readonly #owners = new Map<string, Owner>();
	readonly #largest = new Largest<Owner>();
	#used = 0;

	/** `passed` is called for every connection that is ended. */
	constructor(max: number, passed: () => void = () => {}) {
		this.#max = max;
		this.#passed = passed;
	}

	/** What all hold. */
	get used(): number {
		return this.#used;
	}

	/** `owner`: who answers for the connection, such as a credential. `end` ends it, and must let its memory go. */
	open(owner: string, end: () => void): Share {
		const known = this.#owners.get(owner) ?? { name: owner, shares: new Set(), amount: 0 };
		this.#owners.set(owner, known);
		const share = new OpenShare(
			{ changed: (amount) => this.#change(known, share, amount), closed: () => this.#close(known, share) },
			end,
		);
		known.shares.add(share);
		return share;
	}

	#change(owner: Owner, share: OpenShare, amount: number): void {
		const delta = amount - share.amount;
		share.amount = amount;
		owner.amount += delta;
		this.#used += delta;
		this.#largest.set(owner, owner.amount);
		while (this.#used > this.#max) {
			const top = this.#largest.top;
			const largest = top && largestOf(top.shares);
			if (!largest) return;
			largest.close();
			this.#passed();
			largest.end();
		}
	}

	#close(owner: Owner, share: OpenShare): void {
		owner.shares.delete(share);
		if (owner.shares.size === 0) this.#owners.delete(owner.name);
	}
}

function largestOf(shares: Iterable<OpenShare>): OpenShare | undefined {
	let largest: OpenShare | undefined;
	for (const share of shares) if (!largest || share.amount > largest.amount) largest = share;
	return largest;
}

interface Ledger {
	changed(amount: number): void;
	closed(): void;
}

class OpenShare implements Share {
	amount = 0;
	readonly end: () => void;
	readonly #ledger: Ledger;
	#isClosed = false;

	constructor(ledger: Ledger, end: () => void) {
		this.#ledger = ledger;
		this.end = end;
	}

	set(amount: number): void {
		if (!this.#isClosed && amount !== this.amount) this.#ledger.changed(amount);
	}

	close(): void {
		if (this.#isClosed) return;
		this.set(0);
		this.#isClosed = true;
		this.#ledger.closed();
	}
}
