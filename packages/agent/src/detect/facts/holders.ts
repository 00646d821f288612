import type { Computer } from '../computer/computer.ts';

/** A program that has a camera open. */
export interface Holder {
	readonly name: string;
	readonly pid: number;
}

const CAMERA_DEVICE = /^\/dev\/(video\d+|media\d+|v4l-subdev\d+|vchiq)$/;
/** Always have the devices open, and never for pictures. */
const HARMLESS = new Set(['wireplumber', 'pipewire']);
const MAX_HOLDERS = 5;

/**
 * Which programs have a camera open: those that hold `path`, or any camera device if none is given. Programs of other users show
 * themselves only to root. The desktop's sound and video service counts only where no other program does.
 */
export async function findHolders(computer: Computer, path?: string): Promise<Holder[]> {
	const wanted = (target: string) => (path === undefined ? CAMERA_DEVICE.test(target) : target === path);
	const found: Holder[] = [];
	for (const pid of (await computer.list('/proc')).filter((name) => /^\d+$/.test(name))) {
		const links = await computer.list(`/proc/${pid}/fd`);
		const targets = await Promise.all(links.map((fd) => computer.readLink(`/proc/${pid}/fd/${fd}`)));
		if (!targets.some((target) => target !== undefined && wanted(target))) continue;
		const name = ((await computer.readText(`/proc/${pid}/comm`)) ?? '').trim() || 'unknown';
		found.push({ name, pid: Number(pid) });
	}
	const real = found.filter(({ name }) => !HARMLESS.has(name));
	return (real.length > 0 ? real : found).slice(0, MAX_HOLDERS);
}
