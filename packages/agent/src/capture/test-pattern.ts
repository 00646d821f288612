import { type Clock, micros } from '@oriel/base';
import { encodeJpeg, TestPattern } from '@oriel/media';
import { Pacer } from '../timing/pacer.ts';
import type { Source } from './source.ts';

export interface TestPatternSourceOptions {
	/** The camera's name, which the time code carries as a number. */
	readonly name: string;
	/** What the picture says. */
	readonly title: string;
	readonly width: number;
	readonly height: number;
	readonly fps: number;
	readonly clock: Clock;
}

/** Flat areas cost next to nothing at any quality, and the lettering stays clean. */
const QUALITY = 80;

/**
 * A moving picture for trying and measuring. Its time code holds the wall clock of this machine in microseconds and
 * counts the pictures from 0, on across restarts of the source.
 */
export function testPatternSource({ clock, fps, ...look }: TestPatternSourceOptions): Source {
	const { name: camera, title, width, height } = look;
	const pattern = new TestPattern({ width, height, title, camera });
	let sequence = 0;
	return {
		description: `test pattern, ${width}x${height} at ${fps} fps`,
		codec: 'jpeg',
		capabilities: [],
		async run(sink, signal) {
			const pacer = new Pacer({ fps, clock, signal });
			while (await pacer.due()) {
				const capturedAt = clock.now();
				const wall = clock.wall();
				const moment = { time: micros(wall), sequence: sequence++, clockText: clockText(wall) };
				const bytes = encodeJpeg(pattern.paint(moment), { quality: QUALITY });
				sink({ key: true, capturedAt, bytes, width, height });
			}
		},
	};
}

/** `2026-11-22 14:02:03.456`, UTC. */
function clockText(wall: number): string {
	return new Date(wall).toISOString().replace('T', ' ').replace('Z', '');
}
