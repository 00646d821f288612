import { addAbortSignal, type Readable } from 'node:stream';
import { type Clock, reasonOf } from '@oriel/base';
import { SourceError } from '../errors/source-error.ts';
import { PictureScan } from './picture-scan.ts';
import type { Sink, Source } from './source.ts';

export interface InputSourceOptions {
	/** Read to its end, or destroyed when the source is stopped. */
	readonly input: Readable;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
}

/** JPEGs from a pipe: back to back, or with anything in between. It is read as fast as it comes, whoever watches. */
export function inputSource({ input, maxPictureBytes, clock }: InputSourceOptions): Source {
	return {
		description: 'standard input',
		codec: 'jpeg',
		capabilities: [],
		async run(sink, signal) {
			try {
				const seen = await drain(input, new PictureScan({ maxPictureBytes }), { sink, signal, clock });
				if (!signal.aborted) throw ended(seen);
			} catch (failure) {
				if (!signal.aborted) throw asSourceError(failure);
			} finally {
				input.destroy();
			}
		},
	};
}

interface Seen {
	pictures: number;
	bytes: number;
}

async function drain(
	input: Readable,
	scan: PictureScan,
	{ sink, signal, clock }: { readonly sink: Sink; readonly signal: AbortSignal; readonly clock: Clock },
): Promise<Seen> {
	const seen: Seen = { pictures: 0, bytes: 0 };
	for await (const chunk of addAbortSignal(signal, input) as AsyncIterable<Uint8Array>) {
		seen.bytes += chunk.length;
		for (const frame of scan.push(chunk, clock.now())) {
			if (signal.aborted) break;
			seen.pictures++;
			sink(frame);
		}
	}
	return seen;
}

function ended({ pictures, bytes }: Seen): SourceError {
	const again = { again: 'never' } as const;
	if (pictures > 0) return new SourceError('ended', `standard input ended after ${pictures} pictures`, again);
	return new SourceError('no-picture', `standard input ended after ${bytes} bytes without a whole JPEG`, again);
}

/** A pipe cannot be opened twice, so whatever ends it ends it for good. */
function asSourceError(cause: unknown): SourceError {
	const code = cause instanceof SourceError ? cause.code : 'broken';
	const words = cause instanceof SourceError ? cause.message : `standard input broke: ${reasonOf(cause)}`;
	return new SourceError(code, words, { again: 'never', cause });
}
