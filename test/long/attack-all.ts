import { loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { SmallDisk } from '@oriel/testing/mount';
import { residentBytes } from '@oriel/testing/processes';
import type { RelayProcess } from '@oriel/testing/relay-process';
import { type DiskFault, full, hanging, readOnly } from '../faults/disk-faults.ts';
import { ATTACKS } from '../security/attacks/all.ts';
import type { Attackers } from './attackers.ts';
import { phases } from './phases.ts';
import type { RelayLog } from './relay-log.ts';
import { processorSeconds } from './relay-memory.ts';
import type { Observation, Viewers } from './viewers.ts';

/** Most that the relay may make a viewer wait from one frame to the next: test/support/src/gaps.ts. */
const MAX_GAP_MS = 250;

const DISKS: readonly { readonly words: string; readonly fault?: DiskFault }[] = [
	{ words: 'works' },
	{ words: 'is full', fault: full },
	{ words: 'is read-only', fault: readOnly },
	{ words: 'does not answer', fault: hanging },
];

/** Who and what takes part. */
export interface Fixture {
	readonly relay: RelayProcess;
	readonly log: RelayLog;
	/** Where the relay keeps its data. */
	readonly disk: SmallDisk;
	readonly viewers: Viewers;
	readonly attackers: Attackers;
}

/** Runs all attacks for so long together, and says how each went. Gives in words what must not happen and did. */
export async function attackAll(fixture: Fixture, milliseconds: number): Promise<string[]> {
	const { relay, log, disk, viewers, attackers } = fixture;
	const problems: string[] = [];
	// What they saw before; from here on nothing is left out.
	await viewers.look();
	for (const [index, { processes, ms: length }] of phases(Object.keys(ATTACKS), milliseconds).entries()) {
		const { words = '', fault } = DISKS[index % DISKS.length] ?? {};
		await fault?.begin(disk);
		const [began, spent] = [performance.now(), processorSeconds(relay.program.pid)];
		const sight = await attackers
			.run(processes, () => wait(length))
			.then(() => viewers.look())
			.finally(() => fault?.end(disk));
		const lasted = performance.now() - began;
		const busy = (100_000 * (processorSeconds(relay.program.pid) - spent)) / lasted;
		const names = processes.length > 3 ? `all ${Object.keys(ATTACKS).length} attacks` : processes.flat().join(', ');
		say(
			`${names}; the disk ${words}: ${inWords(sight)} in ${ms(lasted)}; ${machine(relay)}, ${busy.toFixed(0)} % busy`,
		);
		if (sight.causedMs > MAX_GAP_MS) problems.push(`${names}; the disk ${words}: ${inWords(sight)}`);
		if (sight.ended.length > 0) problems.push(`${names}: viewers were ended: ${[...new Set(sight.ended)].join('; ')}`);
		if (log.end !== undefined) problems.push(`${names}: the relay ended with ${log.end}`);
		if (log.end !== undefined || sight.ended.length > 0) break;
	}
	return problems;
}

function inWords({ causedMs, longestMs, controlMs, fewest }: Observation): string {
	const gaps = `longest gap ${ms(longestMs)} (control ${ms(controlMs)}, caused by the relay ${ms(causedMs)})`;
	return `${gaps}, at least ${fewest} frames`;
}

function machine({ program }: RelayProcess): string {
	return `load ${loadavg()[0]?.toFixed(1)}; relay ${(residentBytes(program.pid) / 2 ** 20).toFixed(0)} MiB`;
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const say = (words: string) => process.stderr.write(`${words}\n`);
