import type { CameraControl } from '@oriel/wire';
import { AgentError } from '../../errors/agent-error.ts';
import type { CaptureSettings } from '../command/command.ts';
import { type Candidate, commandOf } from '../method.ts';
import { refusalOf } from './check.ts';
import { type Dial, KNOBS, type Knob } from './knobs.ts';

/** Values that people have chosen, by the name of the control. */
export type Values = ReadonlyMap<string, number>;

/** What the program of a way to a camera can be told when it is started anew, with the values that it is told with `chosen`. */
export function settingControls(candidate: Candidate, own: CaptureSettings, chosen: Values): CameraControl[] {
	const present = settingsWith(candidate, own, chosen);
	return offered(candidate, own).map(({ knob, dial }) => {
		const { name, label } = knob;
		return { name, label, choices: [], ...dial, value: knob.read(present, own, candidate), restarts: true };
	});
}

/** The owner's settings with what people have chosen and this camera can do; other choices are left out. */
export function settingsWith(candidate: Candidate, own: CaptureSettings, chosen: Values): CaptureSettings {
	const knobs = chosen.size === 0 ? [] : offered(candidate, own);
	const settings = knobs.reduce((settings, { knob, dial }) => {
		const value = chosen.get(knob.name);
		if (value === undefined || refusalOf({ ...knob, choices: [], ...dial }, value) !== undefined) return settings;
		return knob.write(settings, value, own);
	}, own);
	return argumentsOf(candidate, settings) === undefined ? own : settings;
}

/** Whether the program would be started with the very same arguments. */
export function isSameCommand(candidate: Candidate, one: CaptureSettings, other: CaptureSettings): boolean {
	return argumentsOf(candidate, one) === argumentsOf(candidate, other);
}

/** The other side of a control: what was chosen with it counts no more. */
export function undoneBy(name: string): string | undefined {
	return KNOBS.find((knob) => knob.name === name)?.undoes;
}

function offered(candidate: Candidate, own: CaptureSettings): { readonly knob: Knob; readonly dial: Dial }[] {
	if (candidate.method.driver?.isComplete) return [];
	const base = argumentsOf(candidate, own);
	return KNOBS.flatMap((knob) => {
		const dial = knob.dial(own, candidate);
		return dial && isFollowed(knob, dial, candidate, own, base) ? [{ knob, dial }] : [];
	});
}

/** Whether another value makes another command line. */
function isFollowed(
	knob: Knob,
	{ min, max }: Dial,
	candidate: Candidate,
	own: CaptureSettings,
	base: string | undefined,
): boolean {
	const value = knob.read(own, own, candidate);
	const other = argumentsOf(candidate, knob.write(own, value === max ? min : max, own));
	return base !== undefined && other !== undefined && other !== base;
}

/** Undefined if it cannot be said. */
function argumentsOf(candidate: Candidate, settings: CaptureSettings): string | undefined {
	try {
		return commandOf(candidate, settings).arguments.join('\n');
	} catch (thrown) {
		if (thrown instanceof AgentError) return undefined;
		throw thrown;
	}
}
