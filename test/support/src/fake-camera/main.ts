import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { raspivid } from './raspivid.ts';
import { rpicam, Waiting } from './rpicam.ts';
import { Scenario } from './scenario.ts';
import { v4l2Ctl } from './v4l2-ctl.ts';
import { vcgencmd } from './vcgencmd.ts';

const PROGRAMS: Readonly<Record<string, (args: readonly string[], scenario: Scenario) => void>> = {
	'rpicam-vid': rpicam,
	'libcamera-vid': rpicam,
	raspivid,
	'v4l2-ctl': v4l2Ctl,
	vcgencmd,
};

/** Tests read what was called, with which arguments: `FakePrograms.calls`. */
function note(name: string): void {
	const folder = process.env.FAKECAM_FOLDER;
	if (folder === undefined) return;
	appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify([name, ...process.argv.slice(2)])}\n`);
}

/** Is the program of that name: FAKECAM says on which machine, and what goes wrong. */
export function main(name: string): void {
	const program = PROGRAMS[name];
	if (!program) throw new Error(`There is no fake ${name}`);
	note(name);
	try {
		program(process.argv.slice(2), Scenario.ofEnvironment(process.env));
	} catch (failure) {
		if (!(failure instanceof Waiting)) throw failure;
	}
}
