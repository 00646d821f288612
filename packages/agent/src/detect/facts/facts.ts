import type { Computer } from '../computer/computer.ts';
import { type KernelLog, parseKernelLog } from '../outputs/kernel-log.ts';
import { type CameraTool, type CsiCameras, findCameraTool, listCsiCameras } from './camera-tool.ts';
import { listMacCameras, listWindowsCameras, type MacCamera, type WindowsCamera } from './desktop-cameras.ts';
import { type FfmpegTool, findFfmpeg } from './ffmpeg-tool.ts';
import { type LegacyStack, lookForLegacy } from './legacy.ts';
import { lookAround, type Place } from './place.ts';
import { lookAtRights, type Rights } from './rights.ts';
import { listVideoNodes, type VideoNodes } from './video-nodes.ts';

/** What is looked for: everything, the cameras on ribbon connectors, one node of Video4Linux, or only ffmpeg. */
export type Scope =
	| { readonly look: 'everywhere' }
	| { readonly look: 'csi' }
	| { readonly look: 'node'; readonly path: string }
	| { readonly look: 'ffmpeg' };

/** All that detection knows of a machine. What was not looked for is undefined or empty. */
export interface Facts {
	readonly place: Place;
	readonly rights: Rights;
	readonly cameraTool: CameraTool | undefined;
	readonly csi: CsiCameras | undefined;
	readonly legacy: LegacyStack | undefined;
	readonly ffmpeg: FfmpegTool | undefined;
	readonly nodes: VideoNodes;
	readonly mac: readonly MacCamera[];
	readonly windows: readonly WindowsCamera[];
	/** Undefined if this user may not read it, or nobody had to. */
	readonly kernel: KernelLog | undefined;
}

const NO_NODES: VideoNodes = { cameras: [], hasPiEncoder: false, sensors: [], hasV4l2Ctl: false };

/** Finds out about a machine. Never rejects; takes a second or two on a Pi, half a minute at the very worst. */
export async function gatherFacts(computer: Computer, scope: Scope = { look: 'everywhere' }): Promise<Facts> {
	const place = await lookAround(computer);
	const [isLinux, isEverywhere] = [place.platform === 'linux', scope.look === 'everywhere'];
	const ffmpeg = scope.look === 'csi' ? undefined : await findFfmpeg(computer);
	const hasFfmpeg = ffmpeg !== undefined;
	const wantsCsi = isLinux && (isEverywhere || scope.look === 'csi');
	const cameraTool = wantsCsi ? await findCameraTool(computer) : undefined;
	const csi = cameraTool ? await listCsiCameras(computer, cameraTool) : undefined;
	const hasCsi = csi !== undefined && csi.cameras.length > 0;
	const path = scope.look === 'node' ? scope.path : undefined;
	return {
		place,
		rights: await lookAtRights(computer),
		cameraTool,
		csi,
		// Where libcamera has cameras the old system has none.
		legacy: wantsCsi && !hasCsi ? await lookForLegacy(computer) : undefined,
		ffmpeg,
		nodes: isLinux && scope.look !== 'ffmpeg' ? await listVideoNodes(computer, hasFfmpeg, path) : NO_NODES,
		mac: isEverywhere && hasFfmpeg && place.platform === 'darwin' ? await listMacCameras(computer) : [],
		windows: isEverywhere && hasFfmpeg && place.platform === 'win32' ? await listWindowsCameras(computer) : [],
		kernel: csi?.isListed && csi.cameras.length === 0 ? await readKernelLog(computer) : undefined,
	};
}

/** Most systems keep it from users who are not root; the journal is open to those who administer the machine. */
async function readKernelLog(computer: Computer): Promise<KernelLog | undefined> {
	const journal = ['-k', '-b', '-o', 'cat', '--no-pager', '-n', '4000'];
	for (const [program, args] of [
		['dmesg', []],
		['journalctl', journal],
	] as const) {
		const answer = await computer.ask(program, args);
		if (answer.code === 0 && answer.stdout !== '') return parseKernelLog(answer.stdout);
	}
	return undefined;
}
