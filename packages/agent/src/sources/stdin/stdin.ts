import { addAbortSignal, type Readable } from 'node:stream';
import { type Clock, reasonOf } from '@oriel/base';
import { LiveReader } from '../../capture/live-reader.ts';
import type { MediaUnit, Sink, Source } from '../../capture/source.ts';
import { SourceError } from '../../errors/source-error.ts';

export interface InputSourceOptions {
	/** Read to its end, or destroyed when the source is stopped. */
	readonly input: Readable;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
}

/** Pictures from a pipe: JPEGs, H.264 or FLV. It is read as fast as it comes, with or without viewers. */
export function inputSource({ input, maxPictureBytes, clock }: InputSourceOptions): Source {
	return {
		description: 'standard input',
		capabilities: [],
		async run(sink, signal) {
			const seen: Seen = { pictures: 0, bytes: 0 };
			const counting = { frame: (frame: MediaUnit) => take(frame, seen, sink, signal), advise: sink.advise.bind(sink) };
			const reader = new LiveReader({ from: 'standard input', sink: counting, maxPictureBytes, clock });
			try {
				await drain(input, reader, seen, signal);
				if (!signal.aborted) throw ended(seen);
			} catch (failure) {
				if (!signal.aborted) throw asSourceError(failure);
			} finally {
				reader.stop();
				input.destroy();
			}
		},
	};
}

interface Seen {
	pictures: number;
	bytes: number;
}

function take(frame: MediaUnit, seen: Seen, sink: Sink, signal: AbortSignal): void {
	if (signal.aborted) return;
	seen.pictures++;
	sink.frame(frame);
}

async function drain(input: Readable, reader: LiveReader, seen: Seen, signal: AbortSignal): Promise<void> {
	for await (const chunk of addAbortSignal(signal, input) as AsyncIterable<Uint8Array>) {
		seen.bytes += chunk.length;
		reader.push(chunk);
	}
	reader.end();
}

function ended({ pictures, bytes }: Seen): SourceError {
	const again = { again: 'never' } as const;
	if (pictures > 0) return new SourceError('ended', `standard input ended after ${pictures} pictures`, again);
	return new SourceError('no-picture', `standard input ended after ${bytes} bytes without a whole picture`, again);
}

/** A pipe cannot be opened twice, so whatever ends it ends it for good. */
function asSourceError(cause: unknown): SourceError {
	const code = cause instanceof SourceError ? cause.code : 'broken';
	const words = cause instanceof SourceError ? cause.message : `standard input broke: ${reasonOf(cause)}`;
	return new SourceError(code, words, { again: 'never', cause });
}
