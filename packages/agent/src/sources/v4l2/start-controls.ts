import type { Choices } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { refuse } from '../../capture/command/refuse.ts';
import type { V4l2CtlInput } from './detect.ts';

/** Controls that are called differently by older kernels. */
const NIGHT = ['exposure_dynamic_framerate', 'exposure_auto_priority'];
const AUTOFOCUS = ['focus_automatic_continuous', 'focus_auto'];

/** What to set at a camera before it starts, as `name=value`. Throws AgentError `bad-option` for what it does not have. */
export function v4l2Controls(input: V4l2CtlInput, settings: CaptureSettings, choices: Choices): string[] {
	const { node, isLegacyCsi, pixelFormat } = input;
	const nameOf = (names: readonly string[]) => names.find((name) => node.controls.some((had) => had.name === name));
	const set = (names: readonly string[], value: number, what: string) => {
		// The old system's camera is known to have them, whether its list was read or not.
		const name = nameOf(names) ?? (isLegacyCsi && node.controls.length === 0 ? names[0] : undefined);
		if (name === undefined)
			throw refuse(what, 'this camera has no control for it; the page can turn and flip the picture');
		return `${name}=${value}`;
	};
	const { rotation, flip, night, autofocus, lensPosition, bitrate, quality } = settings;
	if (lensPosition !== undefined)
		throw refuse('a lens position', 'USB cameras do not tell what their focus means in dioptres');
	if (autofocus === 'auto') throw refuse('one search for focus', 'USB cameras focus all the time, or never');
	const isH264 = pixelFormat === 'H264';
	return [
		...(isH264 && isLegacyCsi ? ['repeat_sequence_header=1', `h264_i_frame_period=${choices.keyEvery}`] : []),
		...(isH264 && (isLegacyCsi || bitrate !== undefined) ? [set(['video_bitrate'], choices.bitrate, 'a bitrate')] : []),
		...(!isH264 && quality !== undefined ? [set(['compression_quality'], choices.quality, 'a quality')] : []),
		...(rotation ? turned(rotation, set, nameOf) : []),
		...(flip === 'horizontal' || flip === 'both' ? [set(['horizontal_flip'], 1, 'a flip')] : []),
		...(flip === 'vertical' || flip === 'both' ? [set(['vertical_flip'], 1, 'a flip')] : []),
		...(night ? [set(NIGHT, 1, 'a night mode')] : []),
		...(autofocus ? [set(AUTOFOCUS, autofocus === 'continuous' ? 1 : 0, 'an autofocus')] : []),
	];
}

type Set = (names: readonly string[], value: number, what: string) => string;

/** Half a turn is a flip both ways, for those that cannot turn. */
function turned(
	rotation: 90 | 180 | 270,
	set: Set,
	nameOf: (names: readonly string[]) => string | undefined,
): string[] {
	const what = `a rotation of ${rotation}°`;
	const canFlip = nameOf(['horizontal_flip']) !== undefined && nameOf(['vertical_flip']) !== undefined;
	if (rotation === 180 && nameOf(['rotate']) === undefined && canFlip) {
		return [set(['horizontal_flip'], 1, what), set(['vertical_flip'], 1, what)];
	}
	return [set(['rotate'], rotation, what)];
}
