// Runs in the page: notes each picture that the player of the page shows, at every refresh of the screen.
import { readTimeCode } from '@oriel/media';

interface Seen {
	/** Numbers of the pictures, in the order in which they were shown. */
	readonly numbers: number[];
	/** Ages that the player told, one with each. */
	readonly ages: (number | undefined)[];
	size: readonly [width: number, height: number];
	rung: string | undefined;
}

const seen: Seen = { numbers: [], ages: [], size: [0, 0], rung: undefined };
Object.assign(globalThis, { seen });

function note(): void {
	const player = document.querySelector('oriel-player') as
		| (HTMLElement & { canvas: HTMLCanvasElement; rung?: string; ageMs?: number })
		| null;
	const canvas = player?.canvas;
	const context = canvas && canvas.width > 0 ? canvas.getContext('2d', { willReadFrequently: true }) : null;
	if (player && canvas && context) {
		const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
		const code = readTimeCode({ width: canvas.width, height: canvas.height, rgba: data });
		if (code && code.sequence !== seen.numbers.at(-1)) {
			seen.numbers.push(code.sequence);
			seen.ages.push(player.ageMs);
			seen.size = [canvas.width, canvas.height];
			seen.rung = player.rung;
		}
	}
	requestAnimationFrame(note);
}

requestAnimationFrame(note);
