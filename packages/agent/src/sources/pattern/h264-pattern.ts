import { type Clock, type Micros, micros } from '@oriel/base';
import { encodeJpeg, type Format, type MediaUnit, NAL, nalType, nalUnitsOf, parseSps } from '@oriel/media';
import { H264Encoder } from '@oriel/testcard';
import type { Sink, Source } from '../../capture/source.ts';
import { Pacer } from '../../timing/pacer.ts';
import { PATTERN_QUALITY } from './jpeg-pattern.ts';
import { type Painted, type PatternOptions, patternPainter } from './pattern-painter.ts';
import { previewSize } from './preview-size.ts';

/** From one key frame to the next, as cameras do it: who is behind gets on again within this time. */
export const KEY_INTERVAL: Micros = micros(2000);
/** A poster is for snapshots and for cameras without viewers: it may be a little old. */
export const POSTER_INTERVAL: Micros = micros(5000);

/**
 * The test pattern in H.264, made by Oriel itself, with a JPEG poster of the same picture now and then, and a preview if
 * that is asked for. Where the machine is too slow for the rate, pictures are left out before they are encoded.
 */
export function testH264Source(options: PatternOptions): Source {
	const { width, height, fps, clock } = options;
	const pattern = new H264Pattern(options);
	const size = options.preview ? previewSize(options) : undefined;
	const preview = size && new EncodedPattern({ ...options, ...size });
	return {
		description: `test pattern in H.264, ${width}x${height} at ${fps} fps`,
		capabilities: ['key-frame'],
		preview: preview && {
			capabilities: ['key-frame'],
			requestKey: () => preview.requestKey(),
			pause: (isPaused) => preview.pause(isPaused),
		},
		async run(sink, signal) {
			const pacer = new Pacer({ fps, clock, signal });
			pattern.restart();
			preview?.requestKey();
			while (await pacer.due()) {
				pattern.makeNext(sink);
				const small = preview?.next();
				if (small) sink.preview(small);
			}
		},
		requestKey: () => pattern.requestKey(),
		pause: (isPaused) => pattern.pause(isPaused),
	};
}

/** Frames of the pattern, one after the other. */
class EncodedPattern {
	readonly #paint: () => Painted;
	readonly #encoder: H264Encoder;
	#format: Format | undefined;
	#keyAt: Micros | undefined;
	#isPaused = false;

	constructor(options: PatternOptions) {
		const { width, height, fps } = options;
		this.#paint = patternPainter(options);
		this.#encoder = new H264Encoder({ width, height, framesPerSecond: fps });
	}

	get isPaused(): boolean {
		return this.#isPaused;
	}

	/** The next frame is a key frame: a viewer that joins from here on has no earlier one. */
	requestKey(): void {
		this.#keyAt = undefined;
	}

	/** While it is paused there is no next frame. */
	pause(isPaused: boolean): void {
		this.#isPaused = isPaused;
		this.requestKey();
	}

	paint(): Painted {
		return this.#paint();
	}

	next(): MediaUnit | undefined {
		return this.#isPaused ? undefined : this.encode(this.#paint());
	}

	encode({ picture, capturedAt }: Painted): MediaUnit {
		const forceKey = isDue(this.#keyAt, KEY_INTERVAL, capturedAt);
		const { key, annexB: data } = this.#encoder.encode(picture, { forceKey });
		if (key) this.#keyAt = capturedAt;
		this.#format ??= formatOf(data);
		return { key, capturedAt, data, format: this.#format };
	}
}

/** The frames of the video, and posters of it. */
class H264Pattern {
	readonly #clock: Clock;
	readonly #frames: EncodedPattern;
	#posterAt: Micros | undefined;

	constructor(options: PatternOptions) {
		this.#clock = options.clock;
		this.#frames = new EncodedPattern(options);
	}

	restart(): void {
		this.#frames.requestKey();
		this.#posterAt = undefined;
	}

	requestKey(): void {
		this.#frames.requestKey();
	}

	/** Only posters are made. */
	pause(isPaused: boolean): void {
		this.#frames.pause(isPaused);
	}

	makeNext(sink: Sink): void {
		const { isPaused } = this.#frames;
		if (isPaused && !isDue(this.#posterAt, POSTER_INTERVAL, this.#clock.now())) return;
		const painted = this.#frames.paint();
		if (!isPaused) sink.frame(this.#frames.encode(painted));
		if (isDue(this.#posterAt, POSTER_INTERVAL, painted.capturedAt)) this.#show(painted, sink);
	}

	#show({ picture, capturedAt }: Painted, sink: Sink): void {
		this.#posterAt = capturedAt;
		sink.poster({ capturedAt, data: encodeJpeg(picture, { quality: PATTERN_QUALITY }) });
	}
}

function isDue(last: Micros | undefined, interval: Micros, now: Micros): boolean {
	return last === undefined || now - last >= interval;
}

/** Of a key frame. */
function formatOf(annexB: Uint8Array): Format {
	const sps = nalUnitsOf(annexB).find((nal) => nalType(nal) === NAL.sps) ?? new Uint8Array();
	const { codec: codecString, width, height } = parseSps(sps);
	return { codec: 'h264', codecString, width, height };
}
