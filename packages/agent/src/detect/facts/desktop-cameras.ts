import type { Computer } from '../computer/computer.ts';
import { type AvMode, parseAvCameras, parseAvModes } from '../outputs/avfoundation.ts';
import { parseDshowCameras, parseDshowFormats } from '../outputs/dshow.ts';
import type { OfferedFormat } from '../outputs/picture-format.ts';

/** A camera of a Mac. It gives raw pictures only. */
export interface MacCamera {
	readonly index: number;
	readonly name: string;
	/** Empty if ffmpeg did not list them. */
	readonly modes: readonly AvMode[];
}

/** A camera of Windows. */
export interface WindowsCamera {
	readonly name: string;
	/** What to call it, where another has the same name; else its name. */
	readonly input: string;
	readonly formats: readonly OfferedFormat[];
}

const ASK = ['-hide_banner', '-nostdin'];
const PATIENCE = { timeoutMs: 10_000 };

/** Asks ffmpeg for the cameras of a Mac, and each for its modes: it lists them when asked for a rate that none has. */
export async function listMacCameras(computer: Computer): Promise<MacCamera[]> {
	const listing = await computer.ask(
		'ffmpeg',
		[...ASK, '-f', 'avfoundation', '-list_devices', 'true', '-i', ''],
		PATIENCE,
	);
	const cameras: MacCamera[] = [];
	for (const camera of parseAvCameras(listing.stderr)) {
		const input = ['-f', 'avfoundation', '-framerate', '1000', '-i', `${camera.index}:none`];
		const { stderr } = await computer.ask('ffmpeg', [...ASK, ...input, '-frames:v', '1', '-f', 'null', '-'], PATIENCE);
		cameras.push({ ...camera, modes: parseAvModes(stderr) });
	}
	return cameras;
}

/** Asks ffmpeg for the cameras of Windows, and each for its formats. */
export async function listWindowsCameras(computer: Computer): Promise<WindowsCamera[]> {
	const listing = await computer.ask(
		'ffmpeg',
		[...ASK, '-f', 'dshow', '-list_devices', 'true', '-i', 'dummy'],
		PATIENCE,
	);
	const found = parseDshowCameras(listing.stderr);
	const cameras: WindowsCamera[] = [];
	for (const { name, alternative } of found) {
		const isTwin = found.filter((other) => other.name === name).length > 1;
		const input = (isTwin ? alternative : undefined) ?? name;
		const args = ['-f', 'dshow', '-list_options', 'true', '-i', `video=${input}`];
		const { stderr } = await computer.ask('ffmpeg', [...ASK, ...args], PATIENCE);
		cameras.push({ name, input, formats: parseDshowFormats(stderr) });
	}
	return cameras;
}
