import type { Sniffed } from '../sniff/sniff.ts';
import { AnnexBReader } from './annexb-reader.ts';
import { FlvReader } from './flv-reader.ts';
import { JpegReader } from './jpeg-reader.ts';
import type { Reader } from './reader.ts';

/** What `openReader` can read. */
export type StreamKind = Exclude<Sniffed['kind'], 'foreign'>;

/** A reader for a stream of that kind; multipart is read for the JPEGs in it. `maxBytes` limits one picture. */
export function openReader(kind: StreamKind, limits: { readonly maxBytes: number }): Reader {
	switch (kind) {
		case 'jpeg':
		case 'multipart':
			return new JpegReader(limits);
		case 'h264':
			return new AnnexBReader(limits);
		case 'flv':
			return new FlvReader(limits);
	}
}
