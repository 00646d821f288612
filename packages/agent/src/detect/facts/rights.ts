import type { Computer } from '../computer/computer.ts';
import type { DetectContext } from '../context.ts';

/** What of the devices that cameras need this user may open. */
export interface Rights {
	/** Names of this user's groups, as far as `/etc/group` tells. */
	readonly groups: readonly string[];
	readonly isRoot: boolean;
	/** Devices of cameras that are there and closed to this user, e.g. `/dev/media0`. */
	readonly closed: readonly string[];
	/** Whether libcamera can get memory for pictures: one heap is enough. `missing`: there is none to open. */
	readonly heap: 'yes' | 'no' | 'missing';
}

const DEVICE = /^(video\d+|media\d+|vchiq)$/;

/** Tries which devices this user may open. */
export async function lookAtRights({ computer }: Pick<DetectContext, 'computer'>): Promise<Rights> {
	const devices = (await computer.list('/dev')).filter((name) => DEVICE.test(name)).map((name) => `/dev/${name}`);
	const heaps = (await computer.list('/dev/dma_heap')).map((name) => `/dev/dma_heap/${name}`);
	const access = new Map<string, string>();
	for (const path of [...devices, ...heaps]) access.set(path, await computer.access(path));
	return {
		groups: await groupNames(computer),
		isRoot: computer.isRoot,
		closed: devices.filter((path) => access.get(path) === 'no'),
		heap: heaps.some((path) => access.get(path) === 'yes') ? 'yes' : heaps.length > 0 ? 'no' : 'missing',
	};
}

async function groupNames(computer: Computer): Promise<string[]> {
	const lines = ((await computer.readText('/etc/group')) ?? '').split('\n').map((line) => line.split(':'));
	const names = new Map(lines.map(([name = '', , id]) => [Number(id), name]));
	return computer.groups.map((id) => names.get(id) ?? String(id));
}
