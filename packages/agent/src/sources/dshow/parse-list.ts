import { linesOf } from '../../detect/outputs/lines.ts';
import { MAX_FORMATS, MAX_SIZES, type OfferedFormat } from '../../detect/outputs/picture-format.ts';

/** A camera of Windows. */
export interface DshowCamera {
	readonly name: string;
	/** A name that no other camera has. */
	readonly alternative: string | undefined;
}

const MAX_CAMERAS = 64;
const ALTERNATIVE = /\]\s+Alternative name "([^"]+)"$/;
/** From ffmpeg 5 on the kind stands behind the name; before, in the header of a section. */
const DEVICE = /\]\s+"([^"]+)"(?: \((video|audio|none|video, audio|audio, video)\))?$/;

/** Reads what `ffmpeg -f dshow -list_devices true` writes: its cameras, without virtual ones. */
export function parseDshowCameras(output: string): DshowCamera[] {
	const cameras: { name: string; alternative: string | undefined }[] = [];
	let isVideo = true;
	let isListed = false;
	for (const line of linesOf(output)) {
		if (/\] DirectShow (video|audio) devices/.test(line)) isVideo = line.includes('DirectShow video devices');
		const [, alternative] = ALTERNATIVE.exec(line) ?? [];
		const newest = cameras.at(-1);
		if (alternative !== undefined && isListed && newest) newest.alternative = alternative;
		const [, name, kind] = DEVICE.exec(line) ?? [];
		if (name === undefined || alternative !== undefined) continue;
		isListed = (kind === undefined ? isVideo : kind.includes('video')) && !/^OBS Virtual Camera$/.test(name);
		if (isListed && cameras.length < MAX_CAMERAS) cameras.push({ name, alternative: undefined });
	}
	return cameras;
}

const OPTION =
	/\]\s+(?:pixel_format|vcodec)=(\w{1,40})\s+min s=\d+x\d+ fps=[\d.]+ max s=(\d{1,6})x(\d{1,6}) fps=(\d{1,4}(?:\.\d+)?)/;

/** Reads what `ffmpeg -f dshow -list_options true` writes: the formats of one camera, e.g. `mjpeg`, `h264`, `yuyv422`. */
export function parseDshowFormats(output: string): OfferedFormat[] {
	const formats = new Map<string, Map<string, { width: number; height: number; rates: number[] }>>();
	for (const line of linesOf(output)) {
		const [, name, width, height, rate] = OPTION.exec(line) ?? [];
		if (name === undefined || (!formats.has(name) && formats.size === MAX_FORMATS)) continue;
		const sizes = formats.get(name) ?? new Map();
		formats.set(name, sizes);
		const size = `${width}x${height}`;
		if (!sizes.has(size) && sizes.size === MAX_SIZES) continue;
		const known = sizes.get(size) ?? { width: Number(width), height: Number(height), rates: [] };
		sizes.set(size, { ...known, rates: [...new Set([...known.rates, Number(rate)])] });
	}
	return [...formats].map(([name, sizes]) => ({ name, sizes: [...sizes.values()] }));
}
