import { ascii, concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { encodeJpeg } from '../jpeg/encode.ts';
import { blankPicture } from '../picture/picture.ts';
import { sniffBody } from './sniff.ts';

const picture = encodeJpeg(blankPicture(16, 16), { quality: 50 });
const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('sniffBody', () => {
	it('knows a JPEG, with or without garbage before it', () => {
		expect(sniffBody(picture)).toEqual({ kind: 'jpeg' });
		expect(sniffBody(Uint8Array.of(0xff, 0xd8, 0xff))).toEqual({ kind: 'jpeg' });
		expect(sniffBody(concat([ascii('Content-Type: image/jpeg\r\n\r\n'), picture]))).toEqual({ kind: 'jpeg' });
		expect(sniffBody(concat([new Uint8Array(99), Uint8Array.of(0xff, 0xff), picture]))).toEqual({ kind: 'jpeg' });
	});

	it.each(['--frame\r\n', '\r\n--frame\r\n', '\n--'])('knows a multipart body by its start: %j', (start) => {
		expect(sniffBody(concat([ascii(start), picture]))).toEqual({ kind: 'multipart' });
	});

	it.each([
		['flv', 'FLV\x01\x01\0\0\0\x09'],
		['h264', '\0\0\0\x01\x27\x4d'],
		['h264', '\0\0\x01\x67\x4d'],
	])('knows a stream of H.264: %s', (kind, head) => {
		expect(sniffBody(letters(head))).toEqual({ kind });
	});

	it.each([
		['an MP4 file', '\0\0\0\x20ftypisom'],
		['an MP4 file', '\0\0\0\x20moof'],
		['an MPEG transport stream', `G${'\xff'.repeat(187)}G`],
		['a PNG picture', '\x89PNG\r\n\x1a\n'],
		['a WebM or Matroska file', '\x1a\x45\xdf\xa3'],
		['an AVI or WebP file', 'RIFF\x10\0\0\0AVI LIST\xff\xd8\xff'],
		['an AVI or WebP file', 'RIFF\x10\0\0\0WEBPVP8 '],
		['text', '{"hello":"world"}'],
		['text', 'x'.repeat(256)],
	])('names what it cannot take: %s', (name, head) => {
		expect(sniffBody(letters(head))).toEqual({ kind: 'foreign', name });
	});

	it.each([
		['nothing', ''],
		['half a boundary', '\r\n-'],
		['half a start of a picture', '\xff\xd8'],
		['a few letters', 'Content-Length: 5'],
		['zeros', '\0\0\0'],
		['one transport packet', `G${'\0'.repeat(100)}`],
		['a start code of something older than H.264', '\0\0\x01\xba'],
	])('waits for more after %s', (_what, head) => {
		expect(sniffBody(letters(head))).toBeUndefined();
	});
});
