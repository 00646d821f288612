import { linesOf } from '../../detect/outputs/lines.ts';

/** One way in which a sensor can be read out. */
export interface SensorMode {
	/** E.g. `SRGGB10_CSI2P`. */
	readonly format: string;
	readonly width: number;
	readonly height: number;
	/** The most pictures a second; old versions do not tell. */
	readonly fps: number | undefined;
	/** The part of the sensor that is seen, in its pixels; old versions do not tell. */
	readonly crop:
		| { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
		| undefined;
}

/** A camera as `rpicam-vid --list-cameras` shows it. */
export interface ListedCamera {
	/** What `--camera` takes. It may change when another camera is plugged in. */
	readonly index: number;
	/** E.g. `imx708_wide_noir`. */
	readonly sensor: string;
	readonly width: number;
	readonly height: number;
	/** Where it is connected, e.g. `/base/soc/i2c0mux/i2c@1/imx708@1a`. It stays. */
	readonly id: string;
	/** A USB camera; versions up to March 2022 list these too. */
	readonly isUsb: boolean;
	readonly modes: readonly SensorMode[];
}

const CAMERA = /^(\d{1,3}) : (.+?) \[(\d{1,6})x(\d{1,6})(?: \d+-bit)?(?: [A-Z]+)?\] \((.+)\)$/;
const FORMAT = /'([^']+)'\s*:/;
const MODE = /(\d{1,6})x(\d{1,6})(?: \[([\d.]+) fps - \((\d{1,6}), (\d{1,6})\)\/(\d{1,6})x(\d{1,6}) crop\])?(?=\s|$)/g;
/** More than any board has connectors. */
const MAX_CAMERAS = 16;

/** Reads the output of `--list-cameras`, standard output and standard error together. None listed: an empty list. */
export function parseCameraList(output: string): ListedCamera[] {
	const cameras: (Omit<ListedCamera, 'modes'> & { modes: SensorMode[] })[] = [];
	let format = '';
	for (const line of linesOf(output)) {
		const [, index, sensor, width, height, id] = CAMERA.exec(line) ?? [];
		if (id !== undefined && sensor !== undefined) {
			if (cameras.length === MAX_CAMERAS) break;
			const size = { width: Number(width), height: Number(height) };
			cameras.push({ index: Number(index), sensor, ...size, id, isUsb: id.includes('/usb'), modes: [] });
			continue;
		}
		// Modes are indented; a log line in between is not.
		if (!/^\s/.test(line)) continue;
		format = FORMAT.exec(line)?.[1] ?? format;
		cameras.at(-1)?.modes.push(...modesIn(line, format));
	}
	return cameras;
}

function modesIn(line: string, format: string): SensorMode[] {
	return [...line.matchAll(MODE)].map(([, width, height, fps, ...crop]) => {
		const [x = 0, y = 0, cropWidth = 0, cropHeight = 0] = crop.map(Number);
		return {
			format,
			width: Number(width),
			height: Number(height),
			fps: fps === undefined ? undefined : Number(fps),
			crop: fps === undefined ? undefined : { x, y, width: cropWidth, height: cropHeight },
		};
	});
}
