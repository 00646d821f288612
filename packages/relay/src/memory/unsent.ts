import { heldBytes } from '@oriel/base';

/** What one connection has been sent and not taken. */
export interface Unsent {
	/** Bytes that others may wait for as well: they count once, as long as one does. */
	share(packets: readonly Uint8Array[]): void;
	/** Bytes and objects that are this connection's alone. */
	own(bytes: number): void;
	/** Bytes of the shared packets that it waits for. */
	readonly shared: number;
	/** It has taken everything. Costs nothing if it held nothing. */
	free(): void;
	/** The connection is over: what is said of it after this is ignored. Twice is fine. */
	close(): void;
}

/**
 * A maximum for what all connections together have been sent and not taken. Where they pass it, the one that has had
 * something waiting for longest is ended. Only connections that do not take everything at once cost anything here.
 */
export class UnsentBudget {
	readonly #max: number;
	readonly #passed: () => void;
	/** How many wait for a packet. */
	readonly #waiting = new Map<Uint8Array, number>();
	/** In the order in which they began to wait. */
	readonly #holding = new Set<Holding>();
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

	/** `end` ends the connection, and must let its memory go. */
	open(end: () => void): Unsent {
		return new Holding(
			{
				held: (holding, packet) => this.#hold(holding, packet),
				freed: (holding) => this.#free(holding),
				added: (holding, bytes) => this.#add(holding, bytes),
			},
			end,
		);
	}

	#hold(holding: Holding, packet: Uint8Array): void {
		const count = this.#waiting.get(packet) ?? 0;
		this.#waiting.set(packet, count + 1);
		this.#add(holding, count === 0 ? heldBytes(packet) : 0);
	}

	#add(holding: Holding, bytes: number): void {
		this.#holding.add(holding);
		this.#used += bytes;
		while (this.#used > this.#max) {
			const [first] = this.#holding;
			if (!first) return;
			first.close();
			this.#passed();
			first.end();
		}
	}

	#free(holding: Holding): void {
		this.#holding.delete(holding);
		this.#used -= holding.owned;
		for (const packet of holding.packets) {
			const count = this.#waiting.get(packet) ?? 0;
			if (count > 1) this.#waiting.set(packet, count - 1);
			else {
				this.#waiting.delete(packet);
				this.#used -= heldBytes(packet);
			}
		}
	}
}

interface Ledger {
	held(holding: Holding, packet: Uint8Array): void;
	added(holding: Holding, bytes: number): void;
	freed(holding: Holding): void;
}

class Holding implements Unsent {
	packets: Uint8Array[] = [];
	owned = 0;
	shared = 0;
	readonly end: () => void;
	readonly #ledger: Ledger;
	#isOver = false;

	constructor(ledger: Ledger, end: () => void) {
		this.#ledger = ledger;
		this.end = end;
	}

	share(packets: readonly Uint8Array[]): void {
		for (const packet of packets) {
			if (this.#isOver) return;
			this.packets.push(packet);
			this.shared += packet.byteLength;
			this.#ledger.held(this, packet);
		}
	}

	own(bytes: number): void {
		if (this.#isOver) return;
		const delta = bytes - this.owned;
		this.owned = bytes;
		if (delta !== 0) this.#ledger.added(this, delta);
	}

	free(): void {
		if (this.packets.length === 0 && this.owned === 0) return;
		this.#ledger.freed(this);
		this.packets = [];
		this.owned = this.shared = 0;
	}

	close(): void {
		this.free();
		this.#isOver = true;
	}
}
