import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Millis, sleep } from '@oriel/base';
import { SourceError } from '../../errors/source-error.ts';
import type { CameraUse, Claim } from './machine.ts';
import { isAlive, type Life, lifeOf } from './proc.ts';

/** What a pid file says: who uses the camera, and with which program. */
interface Entry {
	readonly agent: Life;
	readonly program?: Life | undefined;
}

/** How long a killed orphan may take to let go of the camera. */
const ORPHAN_TIMEOUT_MS: Millis = 2000;
const LOOK_EVERY_MS: Millis = 50;

/** Files of one command that may run several times; further runs go without this protection. */
const MAX_SHARED = 64;

const UNCLAIMED: Claim = { holds: () => undefined, release: () => undefined };

/**
 * Makes sure that a device has one program, and that no program is left behind: in `folder` there is a file for each use.
 * A program whose agent is gone is ended. A command that may run several times has several files, numbered. Without /proc,
 * or with a folder that cannot be written or belongs to another user, there is no such protection: a camera that cannot be
 * watched would be worse.
 *
 * Throws SourceError `busy`, or `broken` if an orphan cannot be ended.
 */
export async function claimCamera(folder: string, { name, isExclusive }: CameraUse, clock: Clock): Promise<Claim> {
	const agent = lifeOf(process.pid);
	if (!agent || !isOurs(folder)) return UNCLAIMED;
	const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
	if (isExclusive) return (await claimFile(join(folder, `${hash}.json`), agent, clock, inUse)) ?? UNCLAIMED;
	for (let number = 1; number <= MAX_SHARED; number++) {
		const claim = await claimFile(join(folder, `${hash}-${number}.json`), agent, clock, () => undefined);
		if (claim) return claim;
	}
	return UNCLAIMED;
}

/** The claim on one file; undefined if it cannot be had, or what `taken` throws if a living agent has it. */
async function claimFile(
	path: string,
	agent: Life,
	clock: Clock,
	taken: (entry: Entry) => undefined,
): Promise<Claim | undefined> {
	if (!create(path, { agent })) {
		const entry = read(path);
		if (entry && isAlive(entry.agent)) return taken(entry);
		if (entry?.program) await endOrphan(entry.program, clock);
		rmSync(path, { force: true });
		if (!create(path, { agent })) return undefined;
	}
	return {
		holds(pid) {
			write(path, { agent, program: lifeOf(pid) });
		},
		release() {
			rmSync(path, { force: true });
		},
	};
}

function inUse({ agent, program }: Entry): never {
	const who = agent.pid === process.pid ? 'this agent has it' : `another Oriel agent (process ${agent.pid}) has it`;
	const words = `the camera is in use: ${who} open already${program ? ` (process ${program.pid})` : ''}`;
	throw new SourceError('busy', words, { again: 'soon', waitMs: [10_000, 30_000] });
}

async function endOrphan(orphan: Life, clock: Clock): Promise<void> {
	if (!isAlive(orphan)) return;
	process.kill(orphan.pid, 'SIGKILL');
	for (let waited = 0; isAlive(orphan); waited += LOOK_EVERY_MS) {
		if (waited >= ORPHAN_TIMEOUT_MS) {
			const words = `process ${orphan.pid}, left over from an earlier run, holds the camera and cannot be ended; restart the machine`;
			throw new SourceError('broken', words, { again: 'later' });
		}
		await sleep(clock, LOOK_EVERY_MS);
	}
}

/** A folder that another user made, in a place where every user may, could hold anything. */
function isOurs(folder: string): boolean {
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const { uid, mode } = lstatSync(folder);
		return uid === process.getuid?.() && (mode & 0o22) === 0;
	} catch {
		return false;
	}
}

/** False: the file is there already, or cannot be made. */
function create(path: string, entry: Entry): boolean {
	try {
		writeFileSync(path, JSON.stringify(entry), { flag: 'wx', mode: 0o600 });
		return true;
	} catch {
		return false;
	}
}

function write(path: string, entry: Entry): void {
	try {
		writeFileSync(`${path}.new`, JSON.stringify(entry), { mode: 0o600 });
		renameSync(`${path}.new`, path);
	} catch {
		// The disk may be full; the camera goes on without this protection.
	}
}

function read(path: string): Entry | undefined {
	try {
		const { agent, program } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Entry>;
		if (!isLife(agent)) return undefined;
		return { agent, program: isLife(program) ? program : undefined };
	} catch {
		return undefined;
	}
}

function isLife(value: Partial<Life> | undefined): value is Life {
	return Number.isSafeInteger(value?.pid) && (value?.pid ?? 0) > 1 && typeof value?.began === 'string';
}
