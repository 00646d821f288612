import { writeSync } from 'node:fs';
import type { Frames } from './frames.ts';
import type { Scenario } from './scenario.ts';

/** No fake outlives its test for long, whatever it ignores. */
const LONGEST_LIFE_MS = 120_000;
const SLOW_START_MS = 1500;

export interface CameraOptions {
	readonly scenario: Scenario;
	/** Opened only now: what paints takes longer to load than all else, and most calls only ask something. */
	readonly frames: () => Promise<Frames>;
	readonly fps: number;
	/** Milliseconds; 0: forever. */
	readonly timeout: number;
	/** How a picture gets to stdout. */
	readonly write: (picture: Buffer) => void;
	/** After each picture, on stderr. */
	readonly comment?: ((turn: number) => string) | undefined;
	/** What SIGINT does: at the next picture, or at once. */
	readonly heeds: 'at-next-picture' | 'at-once';
	readonly interrupted: () => never;
	readonly timedOut: () => never;
}

/** Takes pictures until something ends it. */
export function runCamera(options: CameraOptions): void {
	const { scenario, heeds } = options;
	let isInterrupted = false;
	process.on('SIGINT', () => {
		isInterrupted = true;
		if (heeds === 'at-once' && !ignoresSignals(scenario)) options.interrupted();
	});
	if (scenario.has('d-state')) process.on('SIGTERM', () => undefined);
	setTimeout(() => process.exit(99), LONGEST_LIFE_MS);
	if (scenario.has('stderr-flood')) flood();
	void options.frames().then((frames) => takePictures(options, frames, () => isInterrupted));
}

function takePictures(options: CameraOptions, frames: Frames, isInterrupted: () => boolean): void {
	const { scenario, fps, timeout } = options;
	const began = performance.now() + (scenario.has('slow-start') ? SLOW_START_MS : 0);
	let turn = 0;
	const tick = () => {
		if (turn > 0 && turn === scenario.at('stall')) return;
		if (turn > 0 && turn === scenario.at('die')) die('std::runtime_error');
		if (isInterrupted() && !ignoresSignals(scenario)) options.interrupted();
		if (timeout > 0 && performance.now() - began >= timeout) options.timedOut();
		options.write(frames.next());
		if (options.comment) say(options.comment(turn));
		turn++;
		setTimeout(tick, Math.max(0, began + (turn * 1000) / fps - performance.now()));
	};
	setTimeout(tick, Math.max(0, began - performance.now()));
}

/** A line on stderr. */
export function say(line: string): void {
	writeSync(2, `${line}\n`);
}

/** All bytes to stdout, in order, as a blocking write does it. A reader that is gone ends the program as it ends the real one. */
export function writeOut(bytes: Uint8Array): void {
	for (let at = 0; at < bytes.length; ) {
		try {
			at += writeSync(1, bytes, at);
		} catch (failure) {
			if ((failure as { code?: string }).code === 'EAGAIN') continue;
			die('std::runtime_error');
		}
	}
}

function die(what: string): never {
	say(`terminate called after throwing an instance of '${what}'`);
	say('  what():  failed to write output bytes');
	process.kill(process.pid, 'SIGABRT');
	process.exit(134);
}

function ignoresSignals(scenario: Scenario): boolean {
	return scenario.has('ignore-sigint') || scenario.has('d-state');
}

function flood(): void {
	const line = `${'[0:00:00.000000000] [1]  WARN Flood flood.cpp:1 '.repeat(4)}\n`;
	setInterval(() => writeSync(2, line.repeat(100)), 20);
}
