import type { Clock, Log } from '@oriel/base';
import type { ReportFault } from '../errors/faults.ts';
import { Access } from './access.ts';
import { Attempts } from './attempts.ts';
import { EventLog } from './event-log.ts';
import { Owner } from './owner.ts';
import { Pairings } from './pairings.ts';
import { Passwords } from './password.ts';
import { type Derive, scryptDerive } from './password-hash.ts';
import { People } from './people.ts';
import type { Policy } from './policy.ts';
import { Sessions } from './sessions.ts';
import { ShareLinks } from './share-links.ts';
import { SignInCheck } from './sign-in-check.ts';
import type { RelayDirectory } from './store/data-directory.ts';

export interface AccountOptions {
	readonly data: RelayDirectory;
	/** Who may do what. */
	readonly policy: Policy;
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of every refused credential. */
	readonly refused: (kind: string) => void;
	/** How passwords are hashed; default: scrypt. */
	readonly derive?: Derive | undefined;
	readonly report?: ReportFault;
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
	readonly signIn: SignInCheck;
	readonly events: EventLog;
	readonly clock: Clock;
	/** Resolves when what was changed so far is on disk, as far as the disk lets us; see Writer. */
	kept(): Promise<void>;
	/** Notes what was only known in memory; the data directory itself stays open. */
	close(): void;
}

/** Opens the accounts of a data directory. Rejects with the file's name if the event log cannot be read. */
export async function openAccounts({
	data,
	policy,
	clock,
	log,
	refused,
	report,
	derive = scryptDerive,
}: AccountOptions): Promise<Accounts> {
	const { files, disk, writer, path } = data;
	const events = await EventLog.open({ directory: path, disk, writer, clock });
	const access = new Access({ data, policy, clock, events, refused, report });
	const passwords = new Passwords({ log, derive });
	const sessions = new Sessions(access, clock, events);
	return {
		access,
		owner: new Owner(files, clock, passwords, () => data.look()),
		people: new People(access, clock, passwords),
		sessions,
		links: new ShareLinks(access, clock),
		pairings: new Pairings(access, clock),
		attempts: new Attempts(clock),
		signIn: new SignInCheck(() => passwords.probe(), clock, log),
		events,
		clock,
		kept: () => data.kept(),
		close() {
			sessions.stop();
			access.close();
		},
	};
}
