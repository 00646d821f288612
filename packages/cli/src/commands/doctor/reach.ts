import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { type Clock, reasonOf, systemCode } from '@oriel/base';
import type { Finding } from './finding.ts';

/** A machine that has not answered by then does not. */
export const REACH_TIMEOUT_MS = 5000;
/** UDP needs a port to look for a route; nothing is sent to it. */
const DISCARD_PORT = 9;

/** One address of a relay and a port. */
export interface Target {
	readonly address: string;
	readonly family: 4 | 6;
	readonly port: number;
}

export interface ReachOptions {
	/** Whether nothing works without that port. */
	readonly isNeeded?: boolean;
	/** Whether the address is this machine's: then nothing is seen from outside. */
	readonly isOwn?: boolean;
	/** For tests. */
	readonly open?: (to: { readonly host: string; readonly port: number }) => Socket;
	readonly routeTo?: (target: Target) => Promise<boolean>;
}

/** Tries to connect. How it fails tells where the connection ends, as far as that can be told from one end. */
export async function reach(target: Target, clock: Clock, options: ReachOptions = {}): Promise<Finding> {
	const { isNeeded = true, isOwn = false, open = connect, routeTo = hasRoute } = options;
	const { family, port, address } = target;
	const what = `TCP ${port} IPv${family}`;
	if (!(await routeTo(target))) {
		const words = `not tried: this network has no route to IPv${family} addresses such as ${address}`;
		return { what, verdict: 'unknown', words };
	}
	const code = await codeOf(target, clock, open);
	if (code !== undefined) {
		const { words, cure } = explain(code, target);
		return { what, verdict: isNeeded ? 'bad' : 'poor', words, cure };
	}
	if (!isOwn) return { what, verdict: 'good', words: `${address} answers` };
	const words = `${address} answers, but that is this machine: no look from outside`;
	return { what, verdict: 'unknown', words, cure: 'Run the same on another machine, outside of this network.' };
}

/** The error code of the connection, or its words; undefined: it was accepted. */
function codeOf({ address, port }: Target, clock: Clock, open: ReachOptions['open']): Promise<string | undefined> {
	return new Promise((resolve) => {
		const socket = (open ?? connect)({ host: address, port });
		const settle = (code: string | undefined) => {
			cancel();
			socket.destroy();
			resolve(code);
		};
		const cancel = clock.after(REACH_TIMEOUT_MS, () => settle('ETIMEDOUT'));
		socket.once('connect', () => settle(undefined));
		socket.on('error', (failure) => settle(systemCode(failure) ?? reasonOf(failure)));
	});
}

/** Whether the kernel knows a way to an address. Nothing is sent. */
function hasRoute({ address, family }: Target): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
		const settle = (failure?: Error) => {
			socket.close();
			resolve(failure === undefined);
		};
		socket.on('error', settle);
		// Node's types leave out that it is told of a failure.
		socket.connect(DISCARD_PORT, address, settle as () => void);
	});
}

const INSIDE = 'On that machine: sudo oriel doctor relay';

/** What a failed connection to a relay means; only what can be told from this end. */
export function explain(code: string, { address, port }: Target): Required<Pick<Finding, 'words' | 'cure'>> {
	switch (code) {
		case 'ETIMEDOUT':
			return {
				words: `no answer from ${address} within ${REACH_TIMEOUT_MS / 1000} s: a firewall drops the packets without an answer, or no machine has this address`,
				cure: `In the provider's firewall (security list, security group), let TCP ${port} in from everywhere. If it already does, see the machine's own: sudo oriel doctor relay`,
			};
		case 'ECONNREFUSED':
			return {
				words: `refused by ${address}: nothing listens on port ${port}, or a firewall rejects it`,
				cure: INSIDE,
			};
		case 'EHOSTUNREACH':
			return {
				words: `${address} is answered as unreachable or prohibited: a firewall rejects TCP ${port} with ICMP, usually that of the machine (as on Oracle's images), or the machine is off`,
				cure: INSIDE,
			};
		case 'EACCES':
			return {
				words: `TCP ${port} of ${address} is answered as prohibited: a firewall rejects it with ICMP, usually that of the machine`,
				cure: INSIDE,
			};
		case 'ENETUNREACH':
			return {
				words: `a router on the way has no route to ${address}`,
				cure: "Check the address, and the route table and gateway of the machine's network at its provider.",
			};
		case 'EPERM':
			return { words: `the firewall of this machine does not let TCP ${port} out`, cure: 'Try it on another machine.' };
		default:
			return { words: `${address}: ${code}`, cure: INSIDE };
	}
}
