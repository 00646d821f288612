import type { Sniffed } from '../sniff/sniff.ts';
import { AnnexBReader } from './annexb-reader.ts';
import { FlvReader } from './flv-reader.ts';
import { JpegReader } from './jpeg-reader.ts';
import { MultipartReader } from './multipart-reader.ts';
import { RdhvReader } from './rdhv-reader.ts';
import type { Reader } from './reader.ts';
import { type Guess, ResniffingReader } from './resniffing-reader.ts';

/** What `openReader` can read: what `sniffBody` recognises, and `rdhv`, what `v4l2-ctl --stream-to-hdr` writes. */
export type StreamKind = Exclude<Sniffed['kind'], 'foreign'> | 'rdhv';

/** A reader for a stream of that kind; multipart is read for the JPEGs in it. `maxBytes` limits one picture. */
export function openReader(kind: StreamKind, limits: { readonly maxBytes: number }): Reader {
	if (kind === 'flv') return new FlvReader(limits);
	if (kind === 'rdhv') return new RdhvReader(limits);
	return new ResniffingReader(kind, (guess) => openAs(guess, limits));
}

function openAs(guess: Guess, limits: { readonly maxBytes: number }): Reader {
	switch (guess) {
		case 'jpeg':
			return new JpegReader(limits);
		case 'multipart':
			return new MultipartReader(limits);
		case 'h264':
			return new AnnexBReader(limits);
	}
}
