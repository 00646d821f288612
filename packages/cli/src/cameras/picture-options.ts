import type { CaptureSettings } from '@oriel/agent';
import { flag, integer, oneOf, positive, size, type Values } from '../options/option.ts';
import { between, bitrate, part, quarterTurn } from '../options/picture-kinds.ts';

/** How far a slow uplink may bring a camera down. */
export const minBitrate = {
	kind: bitrate(),
	help: 'never reduce the bitrate below this on a slow uplink, in bits per second',
	fallback: '300k',
} as const;

/** What may be chosen about a camera's pictures: as flags, in the environment and in a file, by the same names. */
export const pictureOptions = {
	codec: { kind: oneOf('jpeg', 'h264'), help: 'what the camera sends', fallback: 'the camera’s default' },
	size: { kind: size(), help: 'width and height', fallback: '640x480 for the test patterns' },
	fps: {
		kind: positive('N', 120),
		help: 'frames per second, at most',
		fallback: '24 for test and test:h264, 10 for file:, otherwise every frame',
	},
	bitrate: { kind: bitrate(), help: 'bits per second of H.264, like 2M' },
	quality: { kind: integer('N', 1, 100), help: 'quality of JPEGs, 1 to 100' },
	rotation: { kind: quarterTurn(), help: 'turn clockwise: 0, 90, 180 or 270', fallback: '0' },
	flip: { kind: oneOf('none', 'horizontal', 'vertical', 'both'), help: 'mirror the picture', fallback: 'none' },
	night: { kind: flag, help: 'longer exposures and fewer frames' },
	autofocus: { kind: oneOf('continuous', 'auto', 'manual'), help: 'how a lens that can focus does it' },
	'lens-position': { kind: between('DIOPTRES', 0, 32), help: 'with manual focus: 0 is infinity, 2 is half a metre' },
	zoom: { kind: part(), help: 'part of the sensor, as fractions', fallback: '0,0,1,1' },
} as const;

/** The rate of the test patterns: what cameras usually send. */
const TEST_FPS = 24;

/** The settings as a source takes them: only what was chosen. */
export function settingsOf(values: Partial<Values<typeof pictureOptions>>, source: string): CaptureSettings {
	const { codec, size, fps, bitrate, quality, rotation, flip, night, autofocus, zoom } = values;
	const settings: CaptureSettings = {
		codec,
		size,
		fps: fps ?? (/^test(:|$)/.test(source) ? TEST_FPS : undefined),
		bitrate,
		quality,
		rotation,
		flip: flip === 'none' ? undefined : flip,
		night,
		autofocus,
		lensPosition: values['lens-position'],
		zoom,
	};
	return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
