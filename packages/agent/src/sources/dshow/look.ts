import type { DetectContext } from '../../detect/context.ts';
import type { OfferedFormat } from '../../detect/outputs/picture-format.ts';
import { parseDshowCameras, parseDshowFormats } from './parse-list.ts';

/** A camera of Windows. */
export interface WindowsCamera {
	readonly name: string;
	/** What to call it, where another has the same name; else its name. */
	readonly input: string;
	readonly formats: readonly OfferedFormat[];
}

const ASK = ['-hide_banner', '-nostdin'];
const TIMEOUT = { timeoutMs: 10_000 };

/** Asks ffmpeg for the cameras of Windows, and each for its formats. */
export async function listWindowsCameras({ computer }: Pick<DetectContext, 'computer'>): Promise<WindowsCamera[]> {
	const listing = await computer.ask(
		'ffmpeg',
		[...ASK, '-f', 'dshow', '-list_devices', 'true', '-i', 'dummy'],
		TIMEOUT,
	);
	const found = parseDshowCameras(listing.stderr);
	const cameras: WindowsCamera[] = [];
	for (const { name, alternative } of found) {
		const isTwin = found.filter((other) => other.name === name).length > 1;
		const input = (isTwin ? alternative : undefined) ?? name;
		const args = ['-f', 'dshow', '-list_options', 'true', '-i', `video=${input}`];
		const { stderr } = await computer.ask('ffmpeg', [...ASK, ...args], TIMEOUT);
		cameras.push({ name, input, formats: parseDshowFormats(stderr) });
	}
	return cameras;
}
