import type { DetectContext } from '../../detect/context.ts';
import { type AvMode, parseAvCameras, parseAvModes } from './parse-list.ts';

/** A camera of a Mac. It gives raw pictures only. */
export interface MacCamera {
	readonly index: number;
	readonly name: string;
	/** Empty if ffmpeg did not list them. */
	readonly modes: readonly AvMode[];
}

const ASK = ['-hide_banner', '-nostdin'];
const TIMEOUT = { timeoutMs: 10_000 };

/** Asks ffmpeg for the cameras of a Mac, and each for its modes: it lists them when asked for a rate that none has. */
export async function listMacCameras({ computer }: Pick<DetectContext, 'computer'>): Promise<MacCamera[]> {
	const listing = await computer.ask(
		'ffmpeg',
		[...ASK, '-f', 'avfoundation', '-list_devices', 'true', '-i', ''],
		TIMEOUT,
	);
	const cameras: MacCamera[] = [];
	for (const camera of parseAvCameras(listing.stderr)) {
		const input = ['-f', 'avfoundation', '-framerate', '1000', '-i', `${camera.index}:none`];
		const { stderr } = await computer.ask('ffmpeg', [...ASK, ...input, '-frames:v', '1', '-f', 'null', '-'], TIMEOUT);
		cameras.push({ ...camera, modes: parseAvModes(stderr) });
	}
	return cameras;
}
