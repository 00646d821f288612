import type { Socket } from 'node:net';
import { LinkedList } from './linked-list.ts';
import { networksOf } from './network.ts';
import { Ranking } from './ranking.ts';

/** Connections in all. Each costs some kilobytes. When there are as many, idle ones make room; those in use stay. */
export const MAX_CONNECTIONS = 10_000;
/** Connections from one IPv4 address or one IPv6 /64. A whole office behind one address fits. */
export const MAX_CONNECTIONS_PER_ADDRESS = 1024;
/** Connections from one IPv4 /24 or one IPv6 /56: a customer with 256 networks of their own counts as little more than one. */
export const MAX_CONNECTIONS_PER_SUBNET = 2048;
/** Connections from one IPv6 /48, the largest network that is given out without questions. */
export const MAX_CONNECTIONS_PER_SITE = 4096;

export interface ConnectionOptions {
	/** Most in all. */
	readonly total: number;
	/** Most from one address; the wider networks get at least as many. */
	readonly perAddress: number;
	/** Addresses that speak for many, such as proxies: they count in the total alone, and never make room. */
	readonly isExempt: (address: string) => boolean;
	/** Hears of each connection that was refused, and of each that made room. */
	readonly limited: (kind: 'connections' | 'idle-connections') => void;
}

/** One network and its connections. */
interface Network {
	readonly key: string;
	readonly limit: number;
	count: number;
	readonly idle: LinkedList<Place>;
}

/**
 * All connections, counted by network. When a network or the relay is full, the connection that has been idle longest in
 * the full network, or in the network with most idle ones, makes room for the newcomer; only where all are in use is the
 * newcomer refused. Nothing here costs more with ten thousand connections than with one.
 */
export class Connections {
	readonly #options: ConnectionOptions;
	readonly #networks = new Map<string, Network>();
	/** The widest networks, by how many idle connections they have. */
	readonly #idle = new Ranking<Network>();
	readonly #places = new Set<Place>();

	constructor(options: ConnectionOptions) {
		this.#options = options;
	}

	/** All connections that are there. */
	get places(): ReadonlySet<Place> {
		return this.#places;
	}

	/** A place for this connection, which is idle at first and lasts until it closes; undefined if there is none. */
	admit(socket: Socket): Place | undefined {
		const { remoteAddress: address } = socket;
		// The peer has gone already: nothing is left to count.
		if (address === undefined) return undefined;
		const networks = this.#options.isExempt(address) ? [] : this.#networksOf(address);
		const hasRoom = networks.every((network) => this.#makeRoom(network)) && this.#makeRoomInAll();
		if (!hasRoom) {
			this.#options.limited('connections');
			return undefined;
		}
		const place = new Place(socket, networks, this.#idle, () => this.#left(place));
		this.#places.add(place);
		// One that made room above may have been the last of its network, which is forgotten then.
		for (const network of networks) this.#networks.set(network.key, network);
		return place;
	}

	#networksOf(address: string): Network[] {
		const { perAddress } = this.#options;
		const limits = [perAddress, MAX_CONNECTIONS_PER_SUBNET, MAX_CONNECTIONS_PER_SITE];
		return networksOf(address).map((key, level) => {
			const limit = Math.max(perAddress, limits[level] ?? perAddress);
			return this.#networks.get(key) ?? { key, limit, count: 0, idle: new LinkedList() };
		});
	}

	#makeRoom({ count, limit, idle }: Network): boolean {
		return count < limit || this.#evict(idle.oldest);
	}

	#makeRoomInAll(): boolean {
		return this.#places.size < this.#options.total || this.#evict(this.#idle.top?.idle.oldest);
	}

	#evict(place: Place | undefined): boolean {
		if (!place) return false;
		place.end();
		this.#options.limited('idle-connections');
		return true;
	}

	#left(place: Place): void {
		this.#places.delete(place);
		for (const network of place.networks) if (network.count === 0) this.#networks.delete(network.key);
	}
}

/** The place of one connection. */
export class Place {
	readonly networks: readonly Network[];
	readonly #ranking: Ranking<Network>;
	readonly #left: () => void;
	#socket: Socket;
	/** Takes it out of the lists of idle connections; there while it is in them. */
	#wake: (() => void)[] | undefined;
	#isOver = false;

	constructor(socket: Socket, networks: readonly Network[], ranking: Ranking<Network>, left: () => void) {
		this.#socket = socket;
		this.networks = networks;
		this.#ranking = ranking;
		this.#left = left;
		for (const network of networks) network.count++;
		this.idle();
		socket.once('close', () => this.#leave());
	}

	get socket(): Socket {
		return this.#socket;
	}

	get isIdle(): boolean {
		return this.#wake !== undefined;
	}

	/** From now on `socket` is what ends the connection: a TLS stream on top of it. */
	raise(socket: Socket): void {
		this.#socket = socket;
	}

	/** The connection carries something: it is not closed for newcomers. */
	busy(): void {
		if (!this.#wake) return;
		for (const wake of this.#wake) wake();
		this.#wake = undefined;
		const widest = this.networks.at(-1);
		if (widest) this.#ranking.remove(widest);
	}

	/** The connection carries nothing now. */
	idle(): void {
		if (this.#wake || this.#isOver) return;
		this.#wake = this.networks.map(({ idle }) => idle.add(this));
		const widest = this.networks.at(-1);
		if (widest) this.#ranking.add(widest);
	}

	/** Ends the connection; its place is free at once. */
	end(): void {
		this.#leave();
		this.#socket.destroy();
	}

	#leave(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.busy();
		for (const network of this.networks) network.count--;
		this.#left();
	}
}
