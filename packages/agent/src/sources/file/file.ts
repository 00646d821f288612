import { createReadStream } from 'node:fs';
import { type Clock, type Millis, reasonOf, sleep, systemCode } from '@oriel/base';
import { PictureReader } from '../../capture/picture-reader.ts';
import type { MediaUnit, Sink, Source } from '../../capture/source.ts';
import { SourceError } from '../../errors/source-error.ts';
import { Pacer } from '../../timing/pacer.ts';

export interface FileSourceOptions {
	readonly path: string;
	/** For a file of several pictures; a single one is sent once a second. */
	readonly fps: number;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
}

const SINGLE_PICTURE_MS: Millis = 1000;

/**
 * A file of one or many pictures (JPEGs, H.264 or FLV), again and again; H.264 begins each round with its first key
 * frame. It is opened again for every round, so that a picture replaced on disk is the one that is sent, and never held in
 * memory as a whole.
 */
export function fileSource(options: FileSourceOptions): Source {
	return {
		description: `file ${options.path}`,
		capabilities: [],
		async run(sink, signal) {
			const { clock, fps } = options;
			const round = { sink, signal, pacer: new Pacer({ fps, clock, signal }) };
			while (!signal.aborted) {
				const pictures = await playRound(options, round);
				if (pictures === 1) await sleep(clock, SINGLE_PICTURE_MS, signal);
			}
		},
	};
}

interface Round {
	readonly sink: Sink;
	readonly signal: AbortSignal;
	readonly pacer: Pacer;
}

/** Plays the file once. Returns the number of its pictures. */
async function playRound(options: FileSourceOptions, { sink, signal, pacer }: Round): Promise<number> {
	let pictures = 0;
	for await (const frame of picturesOf(options, sink, signal)) {
		if (!(await pacer.due())) break;
		pictures++;
		sink.frame({ ...frame, capturedAt: options.clock.now() });
	}
	if (pictures > 0 || signal.aborted) return pictures;
	throw new SourceError('no-picture', `there is no whole picture in the file ${options.path}`, { again: 'soon' });
}

async function* picturesOf(
	{ path, clock, maxPictureBytes }: FileSourceOptions,
	sink: Sink,
	signal: AbortSignal,
): AsyncGenerator<MediaUnit> {
	const reader = new PictureReader({ from: `the file ${path}`, maxPictureBytes });
	try {
		const chunks: AsyncIterable<Uint8Array> = createReadStream(path, { signal });
		for await (const chunk of chunks) yield* reader.push(chunk, clock.now());
		yield* reader.flush();
		if (reader.advice !== undefined) sink.advise(reader.advice);
	} catch (failure) {
		if (!signal.aborted) throw asSourceError(failure, path);
	}
}

function asSourceError(cause: unknown, path: string): SourceError {
	if (cause instanceof SourceError) return cause;
	const problem = { again: 'soon', cause } as const;
	switch (systemCode(cause)) {
		case 'ENOENT':
			return new SourceError('not-found', `there is no file ${path}`, problem);
		case 'EACCES':
		case 'EPERM':
			return new SourceError('not-allowed', `this user may not read the file ${path}`, problem);
		case 'EISDIR':
			return new SourceError('no-picture', `${path} is a folder; expected a file of JPEGs, H.264 or FLV`, problem);
		default:
			return new SourceError('broken', `cannot read the file ${path}: ${reasonOf(cause)}`, problem);
	}
}
