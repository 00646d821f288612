import type { Computer } from '../../detect/computer/computer.ts';
import type { DetectContext } from '../../detect/context.ts';
import { linesOf } from '../../detect/outputs/lines.ts';
import type { Version } from '../../detect/outputs/version.ts';
import { type ListedCamera, parseCameraList } from './parse-list.ts';
import { parseHelp, parseToolVersion } from './parse-tool.ts';

/** `rpicam-vid`, or `libcamera-vid` as it was called before. */
export interface CameraTool {
	/** How it is run. */
	readonly program: string;
	/** Undefined before 1.0.0. */
	readonly version: Version | undefined;
	/** As it is written, e.g. `v1.6.0`. */
	readonly versionText: string;
	/** Whether it can encode H.264 without the hardware. */
	readonly libav: boolean;
	/** The long options of its help text; empty if there was none to read. */
	readonly options: ReadonlySet<string>;
}

/** What libcamera shows. */
export interface CsiCameras {
	/** False if the program is too old to list them: there may be one. */
	readonly isListed: boolean;
	readonly cameras: readonly ListedCamera[];
	/** What the listing wrote, for telling why there is none. */
	readonly words: readonly string[];
}

/** Packages put it in /usr/bin. A self-built one elsewhere often does not fit the installed libraries, so it comes after. */
const PROGRAMS = ['/usr/bin/rpicam-vid', 'rpicam-vid', '/usr/bin/libcamera-vid', 'libcamera-vid'];
/** A Pi Zero takes its time. */
const TIMEOUT = { timeoutMs: 15_000 };

/** Asks the camera program what it is; undefined if there is none. */
async function findCameraTool(computer: Computer): Promise<CameraTool | undefined> {
	for (const program of PROGRAMS) {
		const answer = await computer.ask(program, ['--version'], TIMEOUT);
		const told = parseToolVersion(answer.stdout + answer.stderr);
		if (!told) continue;
		const help = await computer.ask(program, ['--help'], TIMEOUT);
		const options = parseHelp(help.stdout + help.stderr);
		const libav = told.libav ?? options.has('--libav-format');
		return { program, version: told.version, versionText: told.text, libav, options };
	}
	return undefined;
}

/** Asks the camera program which cameras there are on the ribbon connectors. */
async function listCsiCameras(computer: Computer, tool: CameraTool): Promise<CsiCameras> {
	const answer = await computer.ask(tool.program, ['--list-cameras'], TIMEOUT);
	const output = `${answer.stdout}\n${answer.stderr}`;
	return {
		isListed: !output.includes("unrecognised option '--list-cameras'"),
		cameras: parseCameraList(output).filter(({ isUsb }) => !isUsb),
		words: linesOf(output).slice(0, 200),
	};
}

/** The camera program of libcamera, and what it lists. */
export interface Libcamera {
	readonly cameraTool: CameraTool | undefined;
	readonly csi: CsiCameras | undefined;
}

/** Looks for libcamera's program and its cameras. */
export async function lookForLibcamera({ computer, place }: DetectContext): Promise<Libcamera> {
	const cameraTool = place.platform === 'linux' ? await findCameraTool(computer) : undefined;
	return { cameraTool, csi: cameraTool && (await listCsiCameras(computer, cameraTool)) };
}
