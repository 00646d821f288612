import type { FakeComputerOptions } from './fake-computer.ts';
import { sample } from './samples.ts';

type Answers = NonNullable<FakeComputerOptions['answers']>;
type Triple = readonly [number, number, number];

/** Options of the camera program, and since when it has them: differences of its option tables from tag to tag. */
const OPTIONS: readonly (readonly [since: Triple, libavOnly: boolean, names: readonly string[]])[] = [
	[
		[0, 0, 0],
		false,
		(
			'timeout nopreview output width height framerate rotation hflip vflip roi shutter gain ev awb awbgains exposure ' +
			'metering brightness contrast saturation sharpness denoise tuning-file bitrate profile level intra inline codec ' +
			'quality save-pts signal keypress flush'
		).split(' '),
	],
	[[0, 1, 0], false, ['camera', 'list-cameras', 'mode', 'frames']],
	[[1, 0, 0], true, ['libav-format']],
	[[1, 0, 0], false, ['metadata']],
	[
		[1, 0, 2],
		false,
		['autofocus-mode', 'autofocus-range', 'autofocus-speed', 'autofocus-window', 'lens-position', 'buffer-count'],
	],
	[[1, 1, 0], false, ['hdr']],
	[[1, 2, 0], true, ['libav-video-codec']],
	[[1, 2, 2], false, ['flicker-period']],
	[[1, 3, 0], false, ['no-raw']],
	[[1, 4, 1], true, ['libav-video-codec-opts']],
	[[1, 6, 0], false, ['low-latency', 'sync']],
];

/** A version of the camera program. */
export interface CameraProgram {
	readonly name: 'rpicam-vid' | 'libcamera-vid';
	/** `v1.6.0`; `2021` or `2022` for builds without a version. */
	readonly version: string;
	readonly libav: boolean;
	/** What it lists: the name of a sample, or nothing at all. */
	readonly cameras?: string | undefined;
}

/** What that program answers. */
export function cameraProgram({
	name,
	version,
	libav,
	cameras = 'list-cameras.none.stdout.txt',
}: CameraProgram): Answers {
	const triple = tripleOf(version);
	const listed = sample(cameras);
	const unknown = { code: 255, stderr: "ERROR: *** unrecognised option '--list-cameras' ***\n" };
	return {
		[`${name} --version`]: versionText(name, version, triple, libav),
		[`${name} --help`]: helpText(triple, libav),
		[`${name} --list-cameras`]: version === '2021' ? unknown : listed,
	};
}

function tripleOf(version: string): Triple {
	const [, ...numbers] = /^v(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
	const [major, minor, patch] = numbers.map(Number);
	if (major === undefined || minor === undefined || patch === undefined) return [0, version === '2021' ? 0 : 1, 0];
	return [major, minor, patch];
}

function versionText(name: string, version: string, triple: Triple, libav: boolean): string {
	const family = name.replace('-vid', '-apps');
	const shown = version.startsWith('v') ? version : '2a38ae93f143';
	const told = isSince([1, 5, 3], triple);
	const capabilities = told ? `${family} capabilites: egl:1 qt:1 drm:1 libav:${libav ? 1 : 0}\n` : '';
	return `${family} build: ${shown} 025ca84648c9 03-02-2025 (16:21:04)\n${capabilities}libcamera build: v0.4.0+53-29156679\n`;
}

/** As boost's program options print it. */
function helpText(triple: Triple, libav: boolean): string {
	const lines = OPTIONS.flatMap(([since, libavOnly, names]) => {
		const has = isSince(since, triple) && (libav || !libavOnly || isSince([1, 8, 1], triple));
		return has ? names.map((name) => `  --${name} arg (=0)         Set the ${name} of the camera, as in --other`) : [];
	});
	return `Valid options are:\n  -h [ --help ] [=arg(=1)] (=0)         Print this help message\n${lines.join('\n').replaceAll(', as in --other', '')}\n`;
}

function isSince(since: Triple, triple: Triple): boolean {
	const place = [0, 1, 2].find((index) => since[index] !== triple[index]);
	return place === undefined || (triple[place] ?? 0) > (since[place] ?? 0);
}

/** An ffmpeg with these encoders. */
export function ffmpegProgram(version: string, encoders: readonly string[] = ['libx264', 'mjpeg']): Answers {
	const list = encoders.map((name) => ` V....D ${name}              ${name} (codec something)`);
	return {
		'ffmpeg -version': `ffmpeg version ${version} Copyright (c) 2000-2026 the FFmpeg developers\nbuilt with gcc 12\n`,
		'ffmpeg -hide_banner -encoders': `Encoders:\n V..... = Video\n A..... = Audio\n ------\n${list.join('\n')}\n A....D aac  AAC\n`,
	};
}

/** A v4l2-ctl that knows one camera. */
export function v4l2CtlProgram(path: string, formats: string, controls: string = ''): Answers {
	return {
		'v4l2-ctl --version': 'v4l2-ctl 1.22.1\n',
		[`v4l2-ctl -d ${path} --list-formats-ext`]: formats,
		[`v4l2-ctl -d ${path} --list-ctrls-menus`]: controls,
	};
}
