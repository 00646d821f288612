import type { OrielPlayer } from '../../player/element/player-element.ts';

/** Saves the picture that a player shows as a file. Returns what to tell the person. */
export async function saveSnapshot(name: string, player: Pick<OrielPlayer, 'savePicture'> | null): Promise<string> {
	const picture = await player?.savePicture();
	if (!picture) return 'There is no picture to save yet.';
	download(picture.jpeg, snapshotFileName(name, new Date(picture.takenAt)));
	return 'Picture saved.';
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
