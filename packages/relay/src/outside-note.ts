import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock, Millis } from '@oriel/base';
import * as v from 'valibot';
import type { DataDirectory } from './auth/store/data-directory.ts';
import { WholeFile } from './auth/store/whole-file.ts';
import { isPublicAddress, type Machine } from './tls/public-address.ts';

/** In the data directory. */
export const OUTSIDE_FILE = 'outside.json';
/** The last request is noted once in this time: each note is a write to the disk. */
const NOTE_EVERY_MS: Millis = 86_400_000;

const time = v.pipe(v.string(), v.isoTimestamp());
const times = v.nullable(v.object({ first: time, last: time }));
const shape = v.object({ format: v.literal(1), ipv4: times, ipv6: times });

type Times = v.InferOutput<typeof times>;

/** When requests from public addresses have arrived, by each family; null: none has. */
export interface Outside {
	readonly ipv4: Times;
	readonly ipv6: Times;
}

/** What `outside.json` says. Throws for anything else. */
export function readOutsideNote(text: string): Outside {
	const { ipv4, ipv6 } = v.parse(shape, JSON.parse(text));
	return { ipv4, ipv6 };
}

export interface OutsideNoteOptions {
	readonly data: Pick<DataDirectory, 'path' | 'disk' | 'writer'>;
	readonly clock: Clock;
	readonly machine: Pick<Machine, 'interfaces'>;
}

/**
 * When requests from public addresses arrived: the only proof that both firewalls let them in. No address is kept. The own
 * addresses of this machine do not count: such a request has passed neither.
 */
export class OutsideNote {
	readonly #file: WholeFile;
	readonly #clock: Clock;
	readonly #own: ReadonlySet<string>;
	#seen: Outside;

	private constructor(file: WholeFile, seen: Outside, { clock, machine }: OutsideNoteOptions) {
		this.#file = file;
		this.#seen = seen;
		this.#clock = clock;
		const all = Object.values(machine.interfaces).flatMap((addresses) => addresses ?? []);
		this.#own = new Set(all.map(({ address }) => address));
	}

	/** A note that cannot be read is replaced by the next request. */
	static async open(options: OutsideNoteOptions): Promise<OutsideNote> {
		const { path, disk, writer } = options.data;
		const file = join(path, OUTSIDE_FILE);
		let text: string | undefined;
		let seen: Outside = { ipv4: null, ipv6: null };
		try {
			text = (await disk.read(file))?.text;
			if (text !== undefined) seen = readOutsideNote(text);
		} catch {
			text = undefined;
		}
		return new OutsideNote(new WholeFile(file, text, writer), seen, options);
	}

	get seen(): Outside {
		return this.#seen;
	}

	/** A request has come from this address. */
	onRequest(address: string): void {
		const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
		const known = this.#seen[family];
		const wall = this.#clock.wall();
		if (known && wall - Date.parse(known.last) < NOTE_EVERY_MS) return;
		if (!isPublicAddress(address) || this.#own.has(address)) return;
		const now = new Date(wall).toISOString();
		this.#seen = { ...this.#seen, [family]: { first: known?.first ?? now, last: now } };
		this.#file.text = `${JSON.stringify({ format: 1, ...this.#seen }, null, '\t')}\n`;
	}
}
