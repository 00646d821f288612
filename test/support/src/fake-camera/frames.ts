import { encodeJpeg, nalUnitsOf } from '@oriel/media';
import { H264Encoder, TestPattern } from '@oriel/testcard';
import type { Scenario } from './scenario.ts';

export interface Shape {
	readonly width: number;
	readonly height: number;
	readonly fps: number;
}

/** Headers of NAL units as the encoder of a Pi writes them: nal_ref_idc is 1. */
const PI_HEADERS: Readonly<Record<number, number>> = { 103: 0x27, 104: 0x28, 101: 0x25, 65: 0x21 };
const KEY_HEADER = 0x65;
/** SEI with an unregistered text, as x264 writes it before its key frames. */
const SEI = Buffer.concat([
	Buffer.from([0x06, 0x05, 20]),
	Buffer.alloc(16, 0xda),
	Buffer.from('x264'),
	Buffer.from([0x80]),
]);
/** first_mb_in_slice 0, slice_type 6 (B), then what no decoder gets to see in a test. */
const B_SLICE = Buffer.from([0x01, 0b1_00111_1_0, 0x55, 0x55, 0x80]);

/** Paints the pattern of now and encodes it with the repository's own encoders; a stream in the shape of the real one. */
export abstract class Frames {
	readonly #scenario: Scenario;
	#count = 0;
	#pattern: TestPattern;
	protected shape: Shape;

	constructor(scenario: Scenario, shape: Shape) {
		this.#scenario = scenario;
		this.shape = fitted(shape);
		this.#pattern = patternOf(this.shape);
	}

	/** The bytes of the next picture. */
	next(): Buffer {
		const turn = this.#count++;
		if (turn > 0 && this.#scenario.at('sps-change') === turn) this.#resize();
		const wall = Date.now();
		const clockText = new Date(wall).toISOString().slice(11, 23);
		const picture = this.#pattern.paint({ time: wall * 1000, sequence: turn, clockText });
		return this.encode(picture, turn, this.#scenario);
	}

	protected abstract encode(picture: ReturnType<TestPattern['paint']>, turn: number, scenario: Scenario): Buffer;
	protected abstract resized(): void;

	#resize(): void {
		this.shape = fitted({ ...this.shape, width: this.shape.width / 2, height: this.shape.height / 2 });
		this.#pattern = patternOf(this.shape);
		this.resized();
	}
}

/** Which encoder writes the H.264. */
export type Encoder = 'pi-hardware' | 'x264';

export interface H264Options {
	readonly encoder: Encoder;
	/** Pictures from one key frame to the next. */
	readonly intra: number;
	/** Parameter sets before every key frame, not only the first. */
	readonly inline: boolean;
	readonly bFrames: boolean;
	/** Each picture is filled up to what this leaves it, in bits a second; undefined: it is as small as it is. */
	readonly fillTo?: number | undefined;
}

export class H264Frames extends Frames {
	readonly #options: H264Options;
	#encoder: H264Encoder;

	constructor(scenario: Scenario, shape: Shape, options: H264Options) {
		super(scenario, shape);
		this.#options = options;
		this.#encoder = this.#open();
	}

	protected encode(picture: ReturnType<TestPattern['paint']>, turn: number): Buffer {
		const { encoder, intra, inline, bFrames } = this.#options;
		const forceKey = turn % intra === 0;
		const made = nalUnitsOf(this.#encoder.encode(picture, { forceKey }).annexB).map((nal) => Buffer.from(nal));
		const nals = this.#filled(made);
		const isKey = nals.some(([header]) => header === KEY_HEADER);
		const kept = turn === 0 || inline || !isKey ? nals : nals.slice(-1);
		const withSei = isKey ? [...kept.slice(0, -1), SEI, ...kept.slice(-1)] : kept;
		const unit =
			encoder === 'pi-hardware' ? joined(kept.map(asPi), () => 4) : joined(withSei, (index) => (index === 0 ? 4 : 3));
		return bFrames && !isKey && turn % 2 === 0 ? Buffer.concat([unit, joined([B_SLICE], () => 4)]) : unit;
	}

	/** With an SEI before the slice, where there is room. */
	#filled(nals: readonly Buffer[]): readonly Buffer[] {
		const bytes = nals.reduce((sum, { length }) => sum + length, 0);
		const missing = Math.floor((this.#options.fillTo ?? 0) / 8 / this.shape.fps - bytes);
		return missing < 32 ? nals : [...nals.slice(0, -1), filling(missing), ...nals.slice(-1)];
	}

	protected resized(): void {
		this.#encoder = this.#open();
	}

	#open(): H264Encoder {
		const { width, height, fps } = this.shape;
		return new H264Encoder({ width, height, framesPerSecond: fps });
	}
}

export class JpegFrames extends Frames {
	readonly #quality: number;

	constructor(scenario: Scenario, shape: Shape, quality: number) {
		super(scenario, shape);
		this.#quality = quality;
	}

	protected encode(picture: ReturnType<TestPattern['paint']>, turn: number, scenario: Scenario): Buffer {
		let jpeg: Buffer = Buffer.from(encodeJpeg(picture, { quality: this.#quality }));
		if (scenario.has('no-dht')) jpeg = withoutTables(jpeg);
		if (scenario.has('thumbnails')) jpeg = withThumbnail(jpeg);
		if (scenario.has('padded')) jpeg = Buffer.concat([jpeg, Buffer.alloc(200)]);
		return scenario.has('truncated') && turn % 3 === 1 ? jpeg.subarray(0, jpeg.length / 2) : jpeg;
	}

	protected resized(): void {}
}

function patternOf({ width, height }: Shape): TestPattern {
	return new TestPattern({ width, height, title: 'fake camera', camera: process.env.FAKECAM_NAME ?? 'fake' });
}

/** The pattern can be painted in sizes between these, in steps of 8. */
function fitted({ width, height, fps }: Shape): Shape {
	const fit = (side: number, least: number, most: number) => Math.min(most, Math.max(least, side - (side % 8)));
	return { width: fit(width, 160, 1920), height: fit(height, 120, 1080), fps };
}

/** SEI with an unregistered text of so many bytes (D.1.7), which programs keep, unlike filler data. */
function filling(bytes: number): Buffer {
	const size = [...Array<number>(Math.floor(bytes / 255)).fill(0xff), bytes % 255];
	return Buffer.concat([Buffer.from([0x06, 0x05, ...size]), Buffer.alloc(bytes, 0xda), Buffer.from([0x80])]);
}

function joined(nals: readonly Buffer[], startCodeBytes: (index: number) => number): Buffer {
	return Buffer.concat(
		nals.flatMap((nal, index) => [Buffer.from([0, 0, 0, 1]).subarray(4 - startCodeBytes(index)), nal]),
	);
}

function asPi(nal: Buffer): Buffer {
	return Buffer.concat([Buffer.from([PI_HEADERS[nal[0] ?? 0] ?? nal[0] ?? 0]), nal.subarray(1)]);
}

/** As USB cameras send it: without the tables, which are those of the standard. */
function withoutTables(jpeg: Buffer): Buffer {
	const at = jpeg.indexOf(Buffer.from([0xff, 0xc4]));
	return Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + 2 + jpeg.readUInt16BE(at + 2))]);
}

/** An Exif segment with a whole JPEG in it, as rpicam-still writes it. */
function withThumbnail(jpeg: Buffer): Buffer {
	const small = Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0, 4, 0, 0, 0xff, 0xd9]);
	const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), small]);
	const head = Buffer.from([0xff, 0xe1, 0, 0]);
	head.writeUInt16BE(body.length + 2, 2);
	return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
