import { Resolver } from 'node:dns/promises';
import { readFileSync, statfsSync, statSync } from 'node:fs';
import { type Clock, type Millis, reasonOf, sleep, systemCode } from '@oriel/base';
import { findPublicAddress, runningRelay } from '@oriel/relay';
import * as v from 'valibot';
import { thisMachine } from '../../../platform/machine.ts';
import { outsideHere } from '../../../service/firewall/here.ts';
import { lookHere } from '../../../service/firewall/look.ts';
import type { AuthorityAnswer, FileText, MachineView, NameServers } from './view.ts';

const ASK_TIMEOUT_MS: Millis = 5000;
/** Answers of name servers that mean: there is no such record. */
const NO_RECORD = ['ENOTFOUND', 'ENODATA'];
const MAX_DIRECTORY_BYTES = 64 * 1024;

const directoryShape = v.object({
	meta: v.optional(v.object({ caaIdentities: v.optional(v.array(v.string()), []) })),
});

/** This machine. */
export function viewOfThisMachine(data: string, asRoot: string, clock: Clock): MachineView {
	const machine = thisMachine();
	return {
		data,
		asRoot,
		isRoot: process.getuid?.() === 0,
		maker: machine.maker,
		outside: outsideHere(),
		running: runningRelay(data),
		look: lookHere,
		names: nameServers(),
		file,
		wall: () => clock.wall(),
		mode: (path) => statSync(path).mode,
		space(path) {
			const { bavail, blocks, bsize } = statfsSync(path);
			return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
		},
		authority: (directory) => askAuthority(directory, clock),
		publicAddress: () => findPublicAddress(machine, clock),
	};
}

function file(path: string): FileText {
	try {
		return { is: 'text', text: readFileSync(path, 'utf8') };
	} catch (failure) {
		const isMissing = ['ENOENT', 'ENOTDIR'].includes(systemCode(failure) ?? '');
		return isMissing ? { is: 'missing' } : { is: 'closed', reason: reasonOf(failure) };
	}
}

/** The servers of this system, asked for records: its own list of hosts says nothing about what others see. */
function nameServers(): NameServers {
	const resolver = new Resolver({ timeout: ASK_TIMEOUT_MS / 2, tries: 2 });
	const orNone = async <T>(answer: Promise<T[]>): Promise<T[]> => {
		try {
			return await answer;
		} catch (failure) {
			if (NO_RECORD.includes(systemCode(failure) ?? '')) return [];
			throw failure;
		}
	};
	return {
		addresses: (name, family) => orNone(family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)),
		caa: (name) => orNone(resolver.resolveCaa(name)),
	};
}

async function askAuthority(directory: string, clock: Clock): Promise<AuthorityAnswer> {
	const late = new AbortController();
	const done = new AbortController();
	void sleep(clock, ASK_TIMEOUT_MS, done.signal).then(() => late.abort());
	const asked = clock.wall();
	try {
		const response = await fetch(directory, { redirect: 'error', signal: late.signal });
		const date = Date.parse(response.headers.get('date') ?? '');
		const text = await response.text();
		if (!response.ok || Number.isNaN(date)) throw new Error(`status ${response.status}, without a date`);
		const { meta } = v.parse(directoryShape, JSON.parse(text.slice(0, MAX_DIRECTORY_BYTES)));
		return { aheadMs: date - (asked + clock.wall()) / 2, identities: meta?.caaIdentities ?? [] };
	} finally {
		done.abort();
	}
}
