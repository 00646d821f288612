import type { CameraControl } from '@oriel/protocol';
import { choose } from '../command/choices.ts';
import type { CaptureSettings } from '../command/command.ts';
import type { Candidate } from '../method.ts';

/** The range of a setting at a camera, or its choices. */
export type SettingRange = Pick<CameraControl, 'kind' | 'min' | 'max' | 'step' | 'usual'> & {
	readonly choices?: CameraControl['choices'];
};

/** One setting that people may change on the page, as a number. */
export interface SettingSpec {
	/** Begins with `picture.`, so that no control of a driver is called the same. */
	readonly name: string;
	readonly label: string;
	/** Undefined: what the owner has set leaves nothing to choose. */
	range(own: CaptureSettings, candidate: Candidate): SettingRange | undefined;
	read(settings: CaptureSettings, own: CaptureSettings, candidate: Candidate): number;
	write(settings: CaptureSettings, value: number, own: CaptureSettings): CaptureSettings;
	/** A setting of which this one is the other side: changing this one takes back what was chosen there. */
	readonly undoes?: string;
}

const SWITCH: SettingRange = { kind: 'switch', min: 0, max: 1, step: 1, usual: 0 };
const FOCUS = ['continuous', 'auto', 'manual'] as const;
const FLIPS = [undefined, 'horizontal', 'vertical', 'both'] as const;
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
/** Of the sides of the picture, what is left. */
const ZOOMS = [1, 1 / 2, 1 / 3] as const;

function menu(...labels: readonly string[]): SettingRange {
	const choices = labels.map((label, value) => ({ value, label }));
	return { kind: 'menu', min: 0, max: labels.length - 1, step: 1, usual: 0, choices };
}

/** Everything that a program can be told when it is started again. */
export const SETTING_SPECS: readonly SettingSpec[] = [
	{
		name: 'picture.night',
		label: 'Night (longer exposures, fewer pictures)',
		range: () => SWITCH,
		read: ({ night }) => (night ? 1 : 0),
		write: (settings, value) => ({ ...settings, night: value === 1 }),
	},
	{
		name: 'picture.brightness',
		label: 'Brightness',
		range: () => ({ kind: 'range', min: -1, max: 1, step: 0.05, usual: 0 }),
		read: ({ brightness }) => brightness ?? 0,
		write: (settings, brightness) => ({ ...settings, brightness }),
	},
	{
		name: 'picture.autofocus',
		label: 'Focus',
		range: () => menu('All the time', 'Once, at the start', 'By hand'),
		read: ({ autofocus, lensPosition }) =>
			FOCUS.indexOf(autofocus ?? (lensPosition === undefined ? 'continuous' : 'manual')),
		write: (settings, value) => {
			const autofocus = FOCUS[value];
			const lensPosition = autofocus === 'manual' ? (settings.lensPosition ?? 0) : undefined;
			return { ...settings, autofocus, lensPosition };
		},
		undoes: 'picture.lens-position',
	},
	{
		name: 'picture.lens-position',
		label: 'Focus by hand (0 is far, 10 is 10 cm)',
		range: () => ({ kind: 'range', min: 0, max: 10, step: 0.1, usual: 0 }),
		read: ({ lensPosition }) => lensPosition ?? 0,
		write: (settings, lensPosition) => ({ ...settings, autofocus: 'manual', lensPosition }),
		undoes: 'picture.autofocus',
	},
	{
		name: 'picture.zoom',
		label: 'Zoom',
		// What the owner has left out of the picture stays out.
		range: ({ zoom }) => menu(zoom ? 'As set at the camera' : 'Whole picture', 'Middle', 'Middle, closer'),
		read: ({ zoom = WHOLE }, own) => {
			const { width } = own.zoom ?? WHOLE;
			return Math.max(
				0,
				ZOOMS.findIndex((share) => Math.abs(width * share - zoom.width) < 1e-6),
			);
		},
		write: (settings, value, own) => ({ ...settings, zoom: value === 0 ? own.zoom : middleOf(own.zoom, ZOOMS[value]) }),
	},
	{
		name: 'picture.upside-down',
		label: 'Turned by 180°',
		range: ({ rotation = 0 }) => (rotation % 180 === 0 ? SWITCH : undefined),
		read: ({ rotation }) => (rotation === 180 ? 1 : 0),
		write: (settings, value) => ({ ...settings, rotation: value === 1 ? 180 : 0 }),
	},
	{
		name: 'picture.flip',
		label: 'Mirrored',
		range: () => menu('No', 'Left and right', 'Up and down', 'Both'),
		read: ({ flip }) => FLIPS.indexOf(flip),
		write: (settings, value) => ({ ...settings, flip: FLIPS[value] }),
	},
	{
		name: 'picture.bitrate',
		label: 'Data, bits a second',
		range: (own, { codec }) =>
			codec === 'h264' ? upTo(own.bitrate, 150_000, 8_000_000, 50_000, 2_000_000) : undefined,
		read: (settings, _own, { codec, board }) => choose(codec, board, settings).bitrate,
		write: (settings, bitrate) => ({ ...settings, bitrate }),
	},
	{
		name: 'picture.quality',
		label: 'Quality of the pictures',
		range: (own, { codec }) => (codec === 'jpeg' ? upTo(own.quality, 10, 95, 5, 60) : undefined),
		read: (settings, _own, { codec, board }) => choose(codec, board, settings).quality,
		write: (settings, quality) => ({ ...settings, quality }),
	},
];

/** What the owner has set is the most: there may be a bill behind it. */
function upTo(
	own: number | undefined,
	least: number,
	most: number,
	step: number,
	usual: number,
): SettingRange | undefined {
	const max = own ?? most;
	return max > least ? { kind: 'range', min: least, max, step, usual: own ?? usual } : undefined;
}

function middleOf({ x, y, width, height } = WHOLE, share = 1): NonNullable<CaptureSettings['zoom']> {
	const [across, down] = [width * share, height * share];
	return { x: x + (width - across) / 2, y: y + (height - down) / 2, width: across, height: down };
}
