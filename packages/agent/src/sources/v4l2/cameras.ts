import type { DetectContext } from '../../detect/context.ts';
import { lookAtVideoNodes, type VideoNode } from './look.ts';

/** What the camera on the ribbon connector is called by the camera system of before 2021. */
const LEGACY_NODE = /^mmal service/;

/** Whether a node is the Pi's own camera, as the old system shows it. */
export function isLegacyCsi(node: VideoNode): boolean {
	return LEGACY_NODE.test(node.name);
}

/** Cameras on Video4Linux that this user may open, but for the Pi's own. */
export async function openNodes({ once }: DetectContext): Promise<VideoNode[]> {
	const { cameras } = await once(lookAtVideoNodes);
	return cameras.filter((node) => !isLegacyCsi(node) && node.access !== 'no');
}

/** How the candidates of a node are called. */
export function named(node: VideoNode) {
	const names = [node.path, ...(node.stablePath === undefined ? [] : [node.stablePath])];
	return { label: labelOf(node), camera: node.stablePath ?? node.path, names };
}

/** `HD Webcam: HD Webcam` says the same twice, as the kernel cuts it. */
export function labelOf({ name, path }: VideoNode): string {
	const [first = '', second] = name.split(': ');
	const short = second !== undefined && first.startsWith(second.slice(0, first.length)) ? first : name;
	return short === '' ? path : short;
}
