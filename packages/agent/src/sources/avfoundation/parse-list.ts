import { linesOf } from '../../detect/outputs/lines.ts';
import { MAX_SIZES } from '../../detect/outputs/picture-format.ts';

/** A camera of a Mac, as ffmpeg numbers it. */
export interface AvCamera {
	readonly index: number;
	readonly name: string;
}

const MAX_CAMERAS = 64;

/** Reads what `ffmpeg -f avfoundation -list_devices true` writes: its cameras, without screens and virtual cameras. */
export function parseAvCameras(output: string): AvCamera[] {
	const cameras: AvCamera[] = [];
	let isVideo = false;
	for (const line of linesOf(output)) {
		if (/\] AVFoundation (video|audio) devices:$/.test(line)) isVideo = line.includes('video devices');
		const [, index, name] = /\] \[(\d{1,3})\] (.+)$/.exec(line) ?? [];
		if (!isVideo || name === undefined || /^Capture screen \d+$|^OBS Virtual Camera$/.test(name)) continue;
		if (cameras.length < MAX_CAMERAS) cameras.push({ index: Number(index), name });
	}
	return cameras;
}

/** A size with the rates that it may have, each as ffmpeg wants it to be said. */
export interface AvMode {
	readonly width: number;
	readonly height: number;
	readonly minRate: number;
	readonly maxRate: number;
}

const MODE = /\]\s+(\d{1,6})x(\d{1,6})@\[(\d{1,4}(?:\.\d+)?) (\d{1,4}(?:\.\d+)?)\]fps$/;

/** Reads the modes that ffmpeg lists when it is asked for a rate that no camera has. */
export function parseAvModes(output: string): AvMode[] {
	const modes = linesOf(output).flatMap((line) => {
		const [, width, height, minRate, maxRate] = MODE.exec(line) ?? [];
		if (maxRate === undefined) return [];
		const rates = { minRate: Number(minRate), maxRate: Number(maxRate) };
		return [{ width: Number(width), height: Number(height), ...rates }];
	});
	return modes.slice(0, MAX_SIZES);
}
