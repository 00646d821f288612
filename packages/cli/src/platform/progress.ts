import { type Clock, type Micros, micros } from '@oriel/base';

/** Where progress goes: standard error. */
export interface ProgressOutput {
	/** Whether a person sees it: then one line is written again and again. */
	readonly isTerminal: boolean;
	/** Characters of one line. */
	readonly columns: number;
	write(text: string): void;
}

export interface ProgressOptions {
	readonly clock: Pick<Clock, 'now'>;
	readonly output: ProgressOutput;
}

/** A part of long work. */
export interface ProgressStep extends Disposable {
	/** As many bytes more are done. */
	advance(bytes: number): void;
	/** It is done; on a terminal its line stays, with how much it was and how long it took. */
	done(): void;
	/** Leaves the line as it is, if the step is not done. */
	[Symbol.dispose](): void;
}

/** A person sees no more than ten a second. */
const REDRAW: Micros = micros(100);
/** The rate is that of the last seconds: a link that recovers is seen to. */
const RATE_SPAN: Micros = micros(5000);
/** Before this a rate is chance. */
const MIN_RATE_SPAN: Micros = micros(500);
const TO_LINE_END = '\u001b[K';

/** Standard error of this process. */
export const terminalOutput: ProgressOutput = {
	isTerminal: process.stderr.isTTY === true,
	// Some terminals say that they have none.
	columns: process.stderr.columns || 80,
	write: (text) => void process.stderr.write(text),
};

/**
 * Begins a step of long work. `words` say what is done, e.g. `Fetching oriel-0.2.0.tgz`; `total` is how many bytes it has, if
 * that is known. On a terminal one line is rewritten; elsewhere the step is one line.
 */
export function beginStep(words: string, total: number | undefined, { clock, output }: ProgressOptions): ProgressStep {
	const began = clock.now();
	if (!output.isTerminal) {
		output.write(total === undefined ? `${words}\n` : `${words} (${sizeWords(total)})\n`);
		return { advance() {}, done() {}, [Symbol.dispose]() {} };
	}
	// From the first bytes on: a key may be made before them, or a connection.
	const samples: { readonly at: Micros; readonly bytes: number }[] = [];
	let bytes = 0;
	let drawnAt = Number.NEGATIVE_INFINITY;
	let isOver = false;
	const draw = (details: string, end = '') => {
		const line = details === '' ? words : `${words}: ${details}`;
		output.write(`\r${line.slice(0, output.columns - 1)}${TO_LINE_END}${end}`);
	};
	draw(total === undefined ? '' : sizeWords(total));
	return {
		advance(more) {
			bytes += more;
			const now = clock.now();
			samples.push({ at: now, bytes });
			while (samples.length > 2 && now - (samples[1]?.at ?? now) >= RATE_SPAN) samples.shift();
			if (now - drawnAt < REDRAW) return;
			drawnAt = now;
			draw(detailsOf(bytes, total, rateOf(samples)));
		},
		done() {
			isOver = true;
			const seconds = Math.round((clock.now() - began) / 1e6);
			draw(bytes === 0 ? 'done' : `${sizeWords(bytes)} in ${spanWords(seconds)}`, '\n');
		},
		[Symbol.dispose]() {
			if (!isOver) output.write('\n');
			isOver = true;
		},
	};
}

/** The same bytes, which `step` counts. */
export async function* counted<T extends Uint8Array>(
	bytes: AsyncIterable<T>,
	step: Pick<ProgressStep, 'advance'>,
): AsyncGenerator<T> {
	for await (const piece of bytes) {
		step.advance(piece.length);
		yield piece;
	}
}

/** As people say it: `12.3 MB`. */
export function sizeWords(bytes: number): string {
	if (bytes < 1000) return `${bytes} bytes`;
	const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : (['GB', 1e9] as const);
	return `${(bytes / size).toFixed(1)} ${unit}`;
}

function detailsOf(bytes: number, total: number | undefined, rate: number | undefined): string {
	const amount = total === undefined ? sizeWords(bytes) : `${sizeWords(bytes)} of ${sizeWords(total)}`;
	if (rate === undefined) return amount;
	const speed = `${amount}, ${sizeWords(Math.round(rate))}/s`;
	if (total === undefined || rate < 1) return speed;
	return `${speed}, ${spanWords(Math.ceil(Math.max(0, total - bytes) / rate))} left`;
}

/** Bytes a second; undefined: not known yet. */
function rateOf(samples: readonly { readonly at: Micros; readonly bytes: number }[]): number | undefined {
	const [first, last] = [samples[0], samples.at(-1)];
	if (!first || !last || last.at - first.at < MIN_RATE_SPAN) return undefined;
	return ((last.bytes - first.bytes) / (last.at - first.at)) * 1e6;
}

function spanWords(seconds: number): string {
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.floor(seconds / 60);
	return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
