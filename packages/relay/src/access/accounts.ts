import type { Clock, Log } from '@oriel/base';
import type { Peers } from '../http/peer.ts';
import { Access } from './access.ts';
import { Attempts } from './attempts.ts';
import { EventLog } from './event-log.ts';
import { openAccessFiles } from './files.ts';
import { Owner } from './owner.ts';
import { Pairings } from './pairings.ts';
import { Passwords } from './password.ts';
import { People } from './people.ts';
import { Sessions } from './sessions.ts';
import { ShareLinks } from './share-links.ts';

export interface AccountOptions {
	/** The data directory. */
	readonly directory: string;
	readonly peers: Peers;
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of every refused credential. */
	readonly refused: (kind: string) => void;
}

/** Everything about who may do what, on one data directory. */
export interface Accounts {
	readonly access: Access;
	readonly owner: Owner;
	readonly people: People;
	readonly sessions: Sessions;
	readonly links: ShareLinks;
	readonly pairings: Pairings;
	readonly attempts: Attempts;
	readonly events: EventLog;
	readonly clock: Clock;
	close(): void;
}

/** Opens a data directory. Throws with the file's name if one of it is damaged. */
export function openAccounts({ directory, peers, clock, log, refused }: AccountOptions): Accounts {
	const files = openAccessFiles(directory);
	const events = new EventLog(directory, clock);
	const access = new Access({ files, peers, clock, log, events, refused });
	const passwords = new Passwords();
	const sessions = new Sessions(access, clock, events);
	return {
		access,
		owner: new Owner(files, clock, passwords),
		people: new People(access, clock, passwords),
		sessions,
		links: new ShareLinks(access, clock),
		pairings: new Pairings(access, clock),
		attempts: new Attempts(clock),
		events,
		clock,
		close() {
			sessions.stop();
			access.close();
		},
	};
}
