import { snapshotPath } from '../../api/cameras.ts';

/** Saves the newest picture of a camera as a file. Returns what to tell the person. */
export async function saveSnapshot(name: string): Promise<string> {
	try {
		const response = await fetch(snapshotPath(name));
		if (!response.ok) return 'There is no picture to save yet.';
		const taken = new Date(response.headers.get('last-modified') ?? Date.now());
		download(await response.blob(), snapshotFileName(name, taken));
		return 'Picture saved.';
	} catch {
		return 'The relay does not answer.';
	}
}

/** "porch 2026-11-22 14.02.05.jpg", in local time, with nothing that a file system minds. */
export function snapshotFileName(name: string, taken: Date): string {
	const two = (number: number) => String(number).padStart(2, '0');
	const date = [taken.getFullYear(), two(taken.getMonth() + 1), two(taken.getDate())].join('-');
	const time = [two(taken.getHours()), two(taken.getMinutes()), two(taken.getSeconds())].join('.');
	return `${name} ${date} ${time}.jpg`;
}

function download(blob: Blob, fileName: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(blob);
	link.download = fileName;
	link.click();
	// The browser reads the blob after the click has returned.
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
