import { type Clock, type Micros, micros } from '@oriel/base';
import type { YuvImage } from '@oriel/media';
import { TestPattern } from '@oriel/testcard';

/** What a test pattern looks like, and when a picture of it is made. */
export interface PatternOptions {
	/** The camera's name, which the time code carries as a number. */
	readonly name: string;
	/** What the picture says. */
	readonly title: string;
	readonly width: number;
	readonly height: number;
	readonly fps: number;
	/** Make a preview too, unless the pattern is that small itself. */
	readonly preview?: boolean | undefined;
	readonly clock: Clock;
}

/** A picture of the pattern. It is painted over by the next. */
export interface Painted {
	readonly picture: YuvImage;
	readonly capturedAt: Micros;
}

/**
 * Paints the test pattern of now. Its time code holds the wall clock of this machine in microseconds and counts the
 * pictures from 0. Throws MediaError `bad-size`.
 */
export function patternPainter({ name: camera, title, width, height, clock }: PatternOptions): () => Painted {
	const pattern = new TestPattern({ width, height, title, camera });
	let sequence = 0;
	return () => {
		const capturedAt = clock.now();
		const wall = clock.wall();
		const moment = { time: micros(wall), sequence: sequence++, clockText: clockText(wall) };
		return { picture: pattern.paint(moment), capturedAt };
	};
}

/** `2026-11-22 14:02:03.456`, UTC. */
function clockText(wall: number): string {
	return new Date(wall).toISOString().replace('T', ' ').replace('Z', '');
}
