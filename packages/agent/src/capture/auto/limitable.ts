import { AgentError } from '../../errors/agent-error.ts';
import { choose } from '../command/choices.ts';
import type { CaptureSettings, Command } from '../command/command.ts';
import { type Candidate, commandOf } from '../method.ts';

type Lowered = 'bitrate' | 'fps' | 'quality';

/** How to run a way to a camera. */
export interface Limitable {
	/** A function where the program can be told to send less. */
	readonly command: Command | ((settings: CaptureSettings) => Command);
	/** What the owner chose, and what was chosen for him of what may have to be lowered. */
	readonly settings: CaptureSettings;
}

/** Unlikely values, to see whether a program can be told any. */
const TRIES: Readonly<Record<Lowered, number>> = { bitrate: 151_000, fps: 3.5, quality: 23 };

/**
 * The command line of a way to a camera, for settings that may be lowered later for a slow link. What its program cannot be
 * told stays as it is: a slow link must not end a camera. Throws AgentError `bad-option` if the owner's own settings cannot be.
 */
export function limitable(candidate: Candidate, own: CaptureSettings): Limitable {
	const fixed = commandOf(candidate, own);
	const lowered: readonly Lowered[] = candidate.codec === 'h264' ? ['bitrate'] : ['fps', 'quality'];
	const told = lowered.filter((name) => canBeTold(candidate, own, name, fixed));
	if (told.length === 0) return { command: fixed, settings: own };
	const { bitrate, quality } = choose(candidate.codec, candidate.board, own);
	const settings: CaptureSettings = {
		...own,
		...(told.includes('bitrate') && { bitrate }),
		...(told.includes('quality') && { quality }),
	};
	const command = (wanted: CaptureSettings) => {
		const changes = told.map((name) => [name, wanted[name] ?? settings[name]]);
		return commandOf(candidate, { ...settings, ...Object.fromEntries(changes) });
	};
	return { command, settings };
}

function canBeTold(candidate: Candidate, own: CaptureSettings, name: Lowered, fixed: Command): boolean {
	try {
		const { arguments: args } = commandOf(candidate, { ...own, [name]: TRIES[name] });
		return args.join('\n') !== fixed.arguments.join('\n');
	} catch (thrown) {
		if (thrown instanceof AgentError) return false;
		throw thrown;
	}
}
