import { connect, type Socket } from 'node:net';
import { type Clock, reasonOf, systemCode } from '@oriel/base';
import type { Finding } from './finding.ts';

/** Whoever has not answered by then does not. */
export const REACH_TIMEOUT_MS = 5000;

export interface ReachOptions {
	/** Whether nothing works without that port. */
	readonly isNeeded?: boolean;
	/** For tests. */
	readonly open?: (to: { readonly host: string; readonly port: number }) => Socket;
}

/** Tries to connect. How it fails tells which of the two firewalls of a cloud machine is in the way. */
export function reach(
	host: string,
	port: number,
	clock: Clock,
	{ isNeeded = true, open = connect }: ReachOptions = {},
): Promise<Finding> {
	return new Promise((resolve) => {
		const socket = open({ host, port });
		const settle = (verdict: Finding['verdict'], words: string) => {
			cancel();
			socket.destroy();
			resolve({ what: `TCP ${port}`, verdict: verdict === 'bad' && !isNeeded ? 'poor' : verdict, words });
		};
		const cancel = clock.after(REACH_TIMEOUT_MS, () => settle('bad', explain('ETIMEDOUT', port, '')));
		socket.once('connect', () => settle('good', `${host} answers`));
		socket.on('error', (failure) => settle('bad', explain(systemCode(failure) ?? '', port, reasonOf(failure))));
	});
}

/** What a failed connection to a relay means. */
export function explain(code: string, port: number, reason: string): string {
	switch (code) {
		case 'ETIMEDOUT':
			return `no answer: the provider's firewall (security list, security group) does not let TCP ${port} in`;
		case 'ECONNREFUSED':
			return `refused: nothing listens on port ${port}, or the machine's own firewall rejects it; see: ss -tlnp`;
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return `no way there: the machine's own firewall rejects TCP ${port} (iptables, firewalld), or it is switched off`;
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return 'the name is not known; is it spelled right, and has it reached the name servers?';
		default:
			return reason;
	}
}
