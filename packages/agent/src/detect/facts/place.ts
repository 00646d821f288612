import type { Computer } from '../computer/computer.ts';
import { type Board, parseBoard } from '../outputs/board.ts';
import { type BootConfig, parseBootConfig } from '../outputs/boot-config.ts';
import { type OperatingSystem, parseOsRelease } from '../outputs/os-release.ts';

/** Where we are: told by files alone. */
export interface Place {
	/** As `process.platform` and `process.arch`. */
	readonly platform: string;
	readonly arch: string;
	readonly board: Board;
	readonly os: OperatingSystem;
	readonly isContainer: boolean;
	/** Undefined where there is no config.txt. */
	readonly config: (BootConfig & { readonly path: string }) | undefined;
	/** Main memory in bytes; undefined where no file tells. */
	readonly memoryBytes: number | undefined;
}

const CONFIGS = ['/boot/firmware/config.txt', '/boot/config.txt'];
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Looks where we are. */
export async function lookAround(computer: Computer): Promise<Place> {
	const read = async (path: string) => (await computer.readText(path)) ?? '';
	const board = parseBoard(await read('/proc/device-tree/model'), await read('/proc/device-tree/compatible'));
	const marks = await Promise.all(CONTAINER_MARKS.map((path) => computer.readText(path)));
	const [, kilobytes] = /^MemTotal:\s+(\d+) kB/m.exec(await read('/proc/meminfo')) ?? [];
	return {
		platform: computer.platform,
		arch: computer.arch,
		board,
		os: parseOsRelease(await read('/etc/os-release')),
		isContainer: marks.some((mark) => mark !== undefined),
		config: await readConfig(computer, board.model),
		memoryBytes: kilobytes === undefined ? undefined : Number(kilobytes) * 1024,
	};
}

/** Since Bookworm the old place holds a file that only says where the new one is. */
async function readConfig(computer: Computer, model: string): Promise<Place['config']> {
	for (const path of CONFIGS) {
		const text = await computer.readText(path);
		if (text !== undefined) return { path, ...parseBootConfig(text, model) };
	}
	return undefined;
}
