import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it. */
export interface Found {
	readonly pid: number;
	readonly words: string;
}

/** All processes that have `part` in their environment or their command line, this one left out. */
export function processesWith(part: string): Found[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.flatMap((name) => {
			const words = textOf(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
			const isIt = words.includes(part) || textOf(`/proc/${name}/environ`).includes(part);
			return isIt && words !== '' ? [{ pid: Number(name), words }] : [];
		});
}

/** Memory of a process in bytes, as the kernel counts it. */
export function residentBytes(pid: number): number {
	const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
	return Number(pages) * 4096;
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}
