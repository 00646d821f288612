import { spawn } from 'node:child_process';
import { AccessUnitAssembler, annexBOf, blankYuvImage, encodeJpeg, type YuvImage } from '@oriel/media';
import { cameraId, writeTimeCode } from '@oriel/testcard';
import { fieldsOf } from './field-pictures.ts';

const SIZE = { width: 320, height: 192 };
/** Samples of field pictures are not compressed. */
const SMALL = { width: 160, height: 64 };
const NONE = Buffer.alloc(0);

export interface Recording {
	/** Pictures that are in it. Each carries its number, from 0 on, in the order of showing. */
	readonly pictures: number;
	readonly framesPerSecond: number;
	/** What libx264 is to do beside what it does by default. */
	readonly x264?: readonly string[];
	/** `h264`: a bare byte stream. */
	readonly container?: 'h264' | 'flv';
}

/** A recording of pictures with time codes, made by libx264, in the pieces in which an encoder writes it: one a picture. */
export async function timeCoded(camera: string, recording: Recording): Promise<Buffer[]> {
	const { pictures, framesPerSecond, x264 = [], container = 'h264' } = recording;
	const raw = [
		'-f',
		'rawvideo',
		'-pix_fmt',
		'yuv420p',
		'-s',
		`${SIZE.width}x${SIZE.height}`,
		'-r',
		`${framesPerSecond}`,
	];
	const args = ['-loglevel', 'error', ...raw, '-i', '-', '-c:v', 'libx264', ...x264, '-f', container, '-'];
	const ffmpeg = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const chunks: Buffer[] = [];
	ffmpeg.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
	const ended = new Promise((resolve, reject) => ffmpeg.once('error', reject).once('close', resolve));
	for (let sequence = 0; sequence < pictures; sequence++) {
		const { y, cb, cr } = paint(camera, sequence, SIZE);
		ffmpeg.stdin.write(Buffer.concat([y, cb, cr]));
	}
	ffmpeg.stdin.end();
	await ended;
	const bytes = Buffer.concat(chunks);
	return container === 'flv' ? tagsOf(bytes) : unitsOf(bytes);
}

/** A bare stream of field pictures (PAFF) with time codes, a piece a frame. A key frame begins each `group` of frames. */
export function timeCodedFields(camera: string, pictures: number, group: number): Uint8Array[] {
	const all = numbered(camera, pictures, SMALL);
	const groups = Array.from({ length: Math.ceil(pictures / group) }, (_, index) =>
		all.slice(index * group, (index + 1) * group),
	);
	return groups.flatMap((frames) => fieldsOf(frames).map(annexBOf));
}

/** JPEGs with time codes. */
export function timeCodedJpegs(camera: string, pictures: number): Uint8Array[] {
	return numbered(camera, pictures, SIZE).map((picture) => encodeJpeg(picture, { quality: 70 }));
}

function numbered(camera: string, pictures: number, size: typeof SIZE): YuvImage[] {
	return Array.from({ length: pictures }, (_, sequence) => paint(camera, sequence, size));
}

/** Grey that differs from picture to picture, so that none can be left out unseen, with the time code in it. */
function paint(camera: string, sequence: number, { width, height }: typeof SIZE): YuvImage {
	const picture = blankYuvImage(width, height);
	picture.y.fill(60 + ((sequence * 37) % 120));
	writeTimeCode(picture, { time: sequence, sequence, camera: cameraId(camera) });
	return picture;
}

function unitsOf(stream: Buffer): Buffer[] {
	const assembler = new AccessUnitAssembler({ maxBytes: 1 << 22 });
	return [...assembler.push(stream), ...assembler.flush()].map(({ annexB }) => Buffer.from(annexB));
}

/** The header of the file and what is no picture goes with the next picture. */
function tagsOf(file: Buffer): Buffer[] {
	const HEADER_BYTES = 13;
	const pieces: Buffer[] = [];
	let start = 0;
	for (let at = HEADER_BYTES; at < file.length; ) {
		const end = at + 11 + file.readUIntBE(at + 1, 3) + 4;
		// A video tag whose AVCPacketType says NAL units.
		if (file[at] === 9 && file[at + 12] === 1) {
			pieces.push(file.subarray(start, end));
			start = end;
		}
		at = end;
	}
	return [...pieces, ...(start < file.length ? [file.subarray(start)] : [NONE].slice(1))];
}
