import type { KnownOption } from './options.ts';
import type { Tools } from './scenario.ts';

/** The table of rpicam-vid, each line with the version in which it came (cameras.md section 1.1, from the option tables of all tags). */
const SINCE: readonly (readonly [since: readonly [number, number, number], values: string, flags: string])[] = [
	[
		[0, 0, 0],
		'timeout:t output:o width height rotation roi shutter gain ev awb awbgains exposure metering brightness contrast saturation sharpness framerate denoise tuning-file bitrate:b profile level intra:g codec quality:q save-pts segment',
		'help:h version nopreview:n hflip vflip inline signal:s keypress:k flush',
	],
	[[0, 9, 0], 'camera mode frames', 'list-cameras'],
	[[1, 0, 0], 'metadata metadata-format', ''],
	[[1, 0, 2], 'autofocus-mode autofocus-range autofocus-speed autofocus-window lens-position buffer-count', ''],
	[[1, 2, 2], 'flicker-period', ''],
	[[1, 3, 0], 'hdr', 'no-raw'],
	[[1, 6, 0], 'sync', 'low-latency'],
	[[1, 9, 0], 'ccm', ''],
];

/** These are only there where libav was compiled in, up to 1.8.0; from then on they are always accepted. */
const LIBAV: typeof SINCE = [
	[[1, 0, 0], 'libav-format', 'libav-audio'],
	[[1, 2, 0], 'libav-video-codec', ''],
	[[1, 4, 1], 'libav-video-codec-opts', ''],
];

/** The options that this build knows. */
export function rpicamOptions({ version, libav }: Tools): readonly KnownOption[] {
	const own = version ?? [0, 0, 0];
	const lines = libav || isAtLeast(own, [1, 8, 1]) ? [...SINCE, ...LIBAV] : SINCE;
	return lines
		.filter(([since]) => isAtLeast(own, since))
		.flatMap(([, values, flags]) => [...optionsOf(values, 'value'), ...optionsOf(flags, 'nothing')]);
}

/** What `--help` prints. */
export function rpicamHelp(options: readonly KnownOption[]): string {
	const lines = options.map(({ name, short, takes }) => {
		const spelled = short ? `-${short} [ --${name} ]` : `--${name}`;
		return `  ${`${spelled}${takes === 'value' ? ' arg' : ''}`.padEnd(38)} ${name}`;
	});
	return ['Valid options are:', ...lines, ''].join('\n');
}

function optionsOf(words: string, takes: KnownOption['takes']): KnownOption[] {
	return words
		.split(' ')
		.filter((word) => word !== '')
		.map((word) => {
			const [name = '', short] = word.split(':');
			return { name, short, takes };
		});
}

function isAtLeast(a: readonly number[], b: readonly number[]): boolean {
	const index = a.findIndex((part, at) => part !== b[at]);
	return index < 0 || (a[index] ?? 0) > (b[index] ?? 0);
}
