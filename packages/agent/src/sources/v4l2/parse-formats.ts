import { linesOf } from '../../detect/outputs/lines.ts';
import { MAX_FORMATS, MAX_RATES, MAX_SIZES, type OfferedFormat } from '../../detect/outputs/picture-format.ts';

/** `[0]: 'MJPG' (Motion-JPEG, compressed)`; until 2018 `Pixel Format: 'MJPG' (compressed)`. */
const FORMAT = /^\s*(?:\[\d+\]:|Pixel Format:) '(.{4})'/;
const SIZE = /^\s*Size: Discrete (\d{1,6})x(\d{1,6})$/;
const INTERVAL = /^\s*Interval: Discrete .*\((\d+(?:\.\d+)?) fps\)$/;

/** Reads the output of `v4l2-ctl --list-formats-ext`, or of `--list-formats`, which tells no sizes. */
export function parseFormatList(output: string): OfferedFormat[] {
	const formats: { name: string; sizes: { width: number; height: number; rates: number[] }[] }[] = [];
	for (const line of linesOf(output)) {
		const [, name] = FORMAT.exec(line) ?? [];
		if (name !== undefined) {
			if (formats.length === MAX_FORMATS) break;
			formats.push({ name: name.trim(), sizes: [] });
			continue;
		}
		const sizes = formats.at(-1)?.sizes;
		if (!sizes) continue;
		const [, width, height] = SIZE.exec(line) ?? [];
		if (width !== undefined && sizes.length < MAX_SIZES) {
			sizes.push({ width: Number(width), height: Number(height), rates: [] });
		}
		const [, rate] = INTERVAL.exec(line) ?? [];
		const rates = sizes.at(-1)?.rates;
		if (rate !== undefined && rates && rates.length < MAX_RATES) rates.push(Number(rate));
	}
	return formats;
}
