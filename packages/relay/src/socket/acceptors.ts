import type { Clock, Log } from '@oriel/base';
import type { Peers } from '../http/peer.ts';
import { Turns } from '../http/turns.ts';
import type { Memory } from '../memory/memory.ts';
import { Acceptor } from './acceptor.ts';
import { MAX_PACKETS_PER_TURN } from './message-budget.ts';
import { networkShares } from './network-shares.ts';

export interface AcceptorsOptions {
	readonly config: { readonly maxPictureBytes: number };
	readonly memory: Pick<Memory, 'incoming' | 'unsent'>;
	readonly clock: Clock;
	readonly log: Log;
	readonly peers: Peers;
}

/** Makes acceptors that share what the connections of one network, and all connections together, may do. */
export function acceptors({ config, memory, clock, log, peers }: AcceptorsOptions) {
	const { maxPictureBytes } = config;
	const { incoming, unsent } = memory;
	const shareOf = networkShares(clock, peers.addressOf);
	const turns = new Turns(MAX_PACKETS_PER_TURN);
	const common = { clock, log, maxPictureBytes, incoming, unsent, shareOf, turns };
	return ({ takesPictures }: { readonly takesPictures: boolean }) => new Acceptor({ ...common, takesPictures });
}
