import type { CameraControl } from '@oriel/protocol';
import { AgentError } from '../../errors/agent-error.ts';
import type { CaptureSettings } from '../command/command.ts';
import { type Candidate, commandOf } from '../method.ts';
import { refusalOf } from './check.ts';
import { SETTING_SPECS, type SettingRange, type SettingSpec } from './setting-specs.ts';

/** Values that people have chosen, by the name of the control. */
export type Values = ReadonlyMap<string, number>;

/** What the program of a way to a camera can be told when it is started again, with the values that it is told with `chosen`. */
export function settingControls(candidate: Candidate, own: CaptureSettings, chosen: Values): CameraControl[] {
	const present = settingsWith(candidate, own, chosen);
	return offered(candidate, own).map(({ spec, range }) => {
		const { name, label } = spec;
		return { name, label, choices: [], ...range, value: spec.read(present, own, candidate), restarts: true };
	});
}

/** The owner's settings with what people have chosen and this camera can do; other choices are left out. */
export function settingsWith(candidate: Candidate, own: CaptureSettings, chosen: Values): CaptureSettings {
	const specs = chosen.size === 0 ? [] : offered(candidate, own);
	const settings = specs.reduce((settings, { spec, range }) => {
		const value = chosen.get(spec.name);
		if (value === undefined || refusalOf({ ...spec, choices: [], ...range }, value) !== undefined) return settings;
		return spec.write(settings, value, own);
	}, own);
	return argumentsOf(candidate, settings) === undefined ? own : settings;
}

/** Whether the program would be started with the very same arguments. */
export function isSameCommand(candidate: Candidate, one: CaptureSettings, other: CaptureSettings): boolean {
	return argumentsOf(candidate, one) === argumentsOf(candidate, other);
}

/** The other side of a control: what was chosen with it counts no more. */
export function undoneBy(name: string): string | undefined {
	return SETTING_SPECS.find((spec) => spec.name === name)?.undoes;
}

function offered(
	candidate: Candidate,
	own: CaptureSettings,
): { readonly spec: SettingSpec; readonly range: SettingRange }[] {
	if (candidate.method.driver?.isComplete) return [];
	const base = argumentsOf(candidate, own);
	return SETTING_SPECS.flatMap((spec) => {
		const range = spec.range(own, candidate);
		return range && isFollowed(spec, range, candidate, own, base) ? [{ spec, range }] : [];
	});
}

/** Whether another value makes another command line. */
function isFollowed(
	spec: SettingSpec,
	{ min, max }: SettingRange,
	candidate: Candidate,
	own: CaptureSettings,
	base: string | undefined,
): boolean {
	const value = spec.read(own, own, candidate);
	const other = argumentsOf(candidate, spec.write(own, value === max ? min : max, own));
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
