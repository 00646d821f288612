import { linesOf } from './lines.ts';

/** What a Pi's config.txt says about cameras. */
export interface BootConfig {
	/** `camera_auto_detect`; undefined: not said, which counts as off. */
	readonly autoDetect: boolean | undefined;
	/** `start_x=1`: the camera system of before 2021. */
	readonly isLegacy: boolean;
	/** Cameras that overlays name, e.g. `imx519,cam0`. */
	readonly cameraOverlays: readonly string[];
	/** `gpu_mem` in MB. */
	readonly gpuMemory: number | undefined;
}

/** Overlays that are cameras' drivers. */
const CAMERA_OVERLAY = /^(imx\d+|ov\d+\w*|arducam[\w-]*|adv728\w*|tc358743|irs1125|cam1-|pivariety)/;

/** Which machines a section of the file is for, told by `/proc/device-tree/model`. Others count as not for us. */
const SECTIONS: Readonly<Record<string, RegExp>> = {
	all: /./,
	pi0: /Zero/,
	pi0w: /Zero W|Zero 2/,
	pi02: /Zero 2/,
	pi1: /Pi (Model|1)|Compute Module Rev/,
	pi2: /Pi 2/,
	pi3: /Pi 3|Compute Module 3/,
	'pi3+': /Pi 3 Model [AB] Plus/,
	pi4: /Pi 4|Compute Module 4/,
	pi400: /Pi 400/,
	cm4: /Compute Module 4/,
	pi5: /Pi 5|Compute Module 5/,
	pi500: /Pi 500/,
	cm5: /Compute Module 5/,
};

/** Reads a config.txt as the firmware of the machine called `model` does. Later lines win. */
export function parseBootConfig(text: string, model: string): BootConfig {
	let isForUs = true;
	const values = new Map<string, string>();
	const overlays: string[] = [];
	for (const line of linesOf(text)) {
		const [, section] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
		if (section !== undefined) isForUs = SECTIONS[section.toLowerCase()]?.test(model) ?? false;
		const [, key = '', value = ''] = /^\s*(\w+)\s*=\s*(\S+)/.exec(line) ?? [];
		if (!isForUs || key === '') continue;
		values.set(key, value);
		if (key === 'dtoverlay' && CAMERA_OVERLAY.test(value)) overlays.push(value);
	}
	const autoDetect = values.get('camera_auto_detect');
	const memory = Number(values.get('gpu_mem'));
	return {
		autoDetect: autoDetect === undefined ? undefined : autoDetect === '1',
		isLegacy: values.get('start_x') === '1',
		cameraOverlays: overlays,
		gpuMemory: Number.isFinite(memory) ? memory : undefined,
	};
}
