import type { Socket } from 'node:net';
import { networkOf } from './network.ts';

/** Connections in all. Each costs some kilobytes; beyond this newcomers are refused and those who watch go on. */
export const MAX_CONNECTIONS = 10_000;
/** Connections from one address (for IPv6: a /64). A whole office behind one address fits; one machine cannot take them all. */
export const MAX_CONNECTIONS_PER_ADDRESS = 1024;

export interface ConnectionOptions {
	/** Most from one address. */
	readonly perAddress: number;
	/** Addresses that speak for many, such as proxies: not counted. */
	readonly isExempt: (address: string) => boolean;
}

/** Counts connections by address, and says which are too many. */
export class Connections {
	readonly #options: ConnectionOptions;
	readonly #counts = new Map<string, number>();

	constructor(options: ConnectionOptions) {
		this.#options = options;
	}

	/** Whether this connection may stay. If so, it counts until it closes. */
	admit(socket: Pick<Socket, 'remoteAddress' | 'once'>): boolean {
		const { perAddress, isExempt } = this.#options;
		const address = socket.remoteAddress;
		// The peer has gone already: nothing is left to count.
		if (address === undefined) return false;
		if (isExempt(address)) return true;
		const network = networkOf(address);
		const count = this.#counts.get(network) ?? 0;
		if (count >= perAddress) return false;
		this.#counts.set(network, count + 1);
		socket.once('close', () => this.#leave(network));
		return true;
	}

	#leave(network: string): void {
		const count = this.#counts.get(network) ?? 0;
		if (count <= 1) this.#counts.delete(network);
		else this.#counts.set(network, count - 1);
	}
}
