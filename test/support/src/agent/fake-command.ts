import type { Command, Diagnosis, Evidence } from '../../../../packages/agent/src/capture/command/command.ts';

/** A command for tests, whose diagnosis names the exit and the newest words. */
export function fakeCommand(changes: Partial<Command> = {}): Command {
	return {
		description: 'imx708 with rpicam-vid',
		program: 'rpicam-vid',
		arguments: ['-t', '0', '-o', '-'],
		output: 'stream',
		firstPictureMs: 12_000,
		stallMs: 3000,
		diagnose,
		...changes,
	};
}

function diagnose({ exit, words, pictures }: Evidence): Diagnosis {
	const newest = words.at(-1) ?? 'no word';
	const fault = /in use/.test(newest) ? 'busy' : /timed out/.test(newest) ? 'sensor-timeout' : exit.how;
	return { fault, message: `${exit.how} after ${pictures} pictures: ${newest}`, again: 'soon' };
}
