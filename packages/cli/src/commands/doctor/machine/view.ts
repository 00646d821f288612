import type { Found, RunningRelay } from '@oriel/relay';
import type { Look } from '../../../service/firewall/look.ts';
import type { Outside } from '../../../service/firewall/read-firewall.ts';

/** A file as this user sees it. */
export type FileText =
	| { readonly is: 'text'; readonly text: string }
	| { readonly is: 'missing' }
	/** It is there or not: this user may not look. */
	| { readonly is: 'closed'; readonly reason: string };

/** What a certificate authority tells to everyone. */
export interface AuthorityAnswer {
	/** Its clock minus ours. */
	readonly aheadMs: number;
	/** The names by which CAA records allow it; empty if it tells none. */
	readonly identities: readonly string[];
}

/** One property of a CAA record. */
export interface CaaRecord {
	/** The authority that may issue; undefined: the record is about something else. */
	readonly issue?: string | undefined;
}

/** The name servers. A name without such a record has none; any other failure rejects. */
export interface NameServers {
	addresses(name: string, family: 4 | 6): Promise<readonly string[]>;
	caa(name: string): Promise<readonly CaaRecord[]>;
}

/** All that a doctor sees of the machine of a relay. Tests put another machine in its place. */
export interface MachineView {
	/** The data directory. */
	readonly data: string;
	readonly isRoot: boolean;
	/** The same command as root. */
	readonly asRoot: string;
	/** As the firmware names the maker; '' where nothing does. */
	readonly maker: string;
	readonly outside: Outside;
	/** The relay that runs on the data directory. */
	readonly running: RunningRelay;
	readonly look: Look;
	readonly names: NameServers;
	file(path: string): FileText;
	/** Milliseconds since 1970. */
	wall(): number;
	/** Permission bits. Throws as `stat` does. */
	mode(path: string): number;
	/** Throws as `statfs` does. */
	space(path: string): { readonly freeBytes: number; readonly totalBytes: number };
	/** Asks the certificate authority's directory. */
	authority(directory: string): Promise<AuthorityAnswer>;
	publicAddress(): Promise<Found>;
}

/** A file's text; undefined if it is not there or may not be read. */
export function textAt({ file }: Pick<MachineView, 'file'>, path: string): string | undefined {
	const found = file(path);
	return found.is === 'text' ? found.text : undefined;
}
