import { ascii, concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from '../jpeg/encode.ts';
import { isAnnexB, sniffBody } from './sniff.ts';

const picture = encodeJpeg(blankYuvImage(16, 16), { quality: 50 });
const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const CUT_NAL = '\x12\x9a\xfe\xed'.repeat(160);

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
		['h264', '\0\0\0\0\0\0\0\x01\x67\x42'],
		['h264', '\0\0\0\x01\x09\xf0'],
		['h264', '\0\0\0\x01\x06\x05\xff'],
		['h264', '\0\0\0\x01\x41\x9a'],
		['h264', '\0\0\0\x01\x65\x88'],
		['h264', '\0\0\0\x01\x68\xce'],
		['h264', 'Frame rate set to 10 fps\n\0\0\0\x01\x67\x42'],
		['h264', `${'[0:00:12.34] INFO Camera camera.cpp\n'.repeat(60)}\0\0\0\x01\x27\x64`],
		['h264', `${CUT_NAL}\0\0\0\x01\x67\x64`],
		['h264', `x264 - core 164 r3095 ${'options: cabac=1 '.repeat(40)}\0\0\0\x01\x67\x64`],
		['h264', `${CUT_NAL}\0\0\0\x01\x41\x9a\x12\x34\0\0\0\x01\x41\x9a`],
		['flv', 'Press [q] to stop\nFLV\x01\x05\0\0\0\x09'],
		['jpeg', '[info] opening the camera\n\xff\xd8\xff'],
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
		['a QuickTime (MOV) file', '\0\0\0\x14ftypqt  '],
		['an AVIF or HEIC picture', '\0\0\0\x1cftypavif'],
		['a JPEG 2000 picture', '\0\0\0\x0cjP  \r\n\x87\n'],
		['a GIF picture', 'GIF89a'],
		['an Ogg file', 'OggS\0\x02'],
		['an AV1 stream', '\x12\0\x0a\x0b'],
		['an AV1 stream', 'DKIF\0\0\x20\0AV01'],
		['a VP8 stream', 'DKIF\0\0\x20\0VP80'],
		['a VP9 stream', 'DKIF\0\0\x20\0VP90'],
		['an MPEG transport stream', `${'x'.repeat(50)}${`G${'\xff'.repeat(187)}`.repeat(3)}`],
		['an MPEG transport stream', `1234G${'\xff'.repeat(191)}G`],
		['an H.265 (HEVC) stream', '\0\0\0\x01\x40\x01\x0c'],
		['an H.265 (HEVC) stream', '\0\0\0\x01\x46\x01\x50\0\0\0\x01\x40\x01'],
		['an H.265 (HEVC) stream', '\0\0\0\x01\x26\x01\xaf'],
		['an H.265 (HEVC) stream', 'Opening camera\n\0\0\0\x01\x40\x01\x0c'],
		['an H.265 (HEVC) stream', '\0\0\x01\x02\x01\xd0'.repeat(4)],
		['an H.266 (VVC) stream', '\0\0\0\x01\0\x79\0\x0b'],
		['an MPEG-4 part 2 video stream', '\0\0\x01\xb0\x01'],
		['an MPEG-4 part 2 video stream', '\0\0\x01\0\0\0\x01\x20\0'],
		['an MPEG-1 or MPEG-2 video stream', '\0\0\x01\xb3\x14'],
		['an MPEG program stream', '\0\0\x01\xba\x44'],
		['an RTSP conversation', 'RTSP/1.0 200 OK\r\n'],
		['an RTSP conversation', 'OPTIONS rtsp://camera/ RTSP/1.0\r\n'],
		['text: a web page (HTML)', '<!DOCTYPE html>\n<html>'],
		['text: a web page (HTML)', '\n<html lang="en">'],
		['text', '<?xml version="1.0"?>'],
		['text', 'a line of log\n'.repeat(300)],
		['text', '{"hello":"world"}'],
		['text', 'x'.repeat(4096)],
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
		['a start code and half of a header', '\0\0\x01\x67'],
		['some lines of a log', '[0:00:12] INFO Camera\n'.repeat(20)],
		['noise with a start code in it', `${CUT_NAL}\0\0\x01\x41\x9a\x77`],
		['what may be packets with start codes in them', '\x12G\x9a\0\0\0\x01\x67\x64\0\0\0\x01\x65\x88'],
		['the tables of a JPEG that was cut off', '\xfe\0\0\0\x01\x02\x03\x04'.repeat(200)],
		['a stuffed 3, a reserved unit', '\0\0\x03\0\0\x01\x1f\xff'],
	])('waits for more after %s', (_what, head) => {
		expect(sniffBody(letters(head))).toBeUndefined();
	});
});

describe('isAnnexB', () => {
	it.each([
		[true, '\0\0\x01\x67'],
		[true, '\0\0\0\0\0\x01\x65'],
		[false, '\0\0\x01'],
		[false, '\0\0\x01\x81'],
		[false, '\0\x01\x67'],
		[false, '\0\0\0'],
		[false, 'x\0\0\x01\x67'],
	])('is %s for %j', (expected, head) => {
		expect(isAnnexB(letters(head))).toBe(expected);
	});
});
