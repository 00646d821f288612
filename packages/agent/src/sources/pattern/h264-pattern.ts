import { type Clock, type Micros, micros } from '@oriel/base';
import { encodeJpeg, type Format, NAL, nalType, nalUnitsOf, parseSps, type YuvImage } from '@oriel/media';
import { H264Encoder } from '@oriel/testcard';
import type { Sink, Source } from '../../capture/source.ts';
import { Pacer } from '../../timing/pacer.ts';
import { PATTERN_QUALITY } from './jpeg-pattern.ts';
import { type PatternOptions, patternPainter } from './pattern-painter.ts';

/** From one key frame to the next, as cameras do it: who is behind gets on again within this time. */
export const KEY_INTERVAL: Micros = micros(2000);
/** A poster is for snapshots and for cameras without viewers: it may be a little old. */
export const POSTER_INTERVAL: Micros = micros(5000);

/**
 * The test pattern in H.264, made by Oriel itself, with a JPEG poster of the same picture now and then. Where the machine
 * is too slow for the rate, pictures are left out before they are encoded.
 */
export function testH264Source(options: PatternOptions): Source {
	const { width, height, fps, clock } = options;
	const pattern = new H264Pattern(options);
	return {
		description: `test pattern in H.264, ${width}x${height} at ${fps} fps`,
		capabilities: ['key-frame'],
		async run(sink, signal) {
			const pacer = new Pacer({ fps, clock, signal });
			pattern.restart();
			while (await pacer.due()) pattern.makeNext(sink);
		},
		requestKey: () => pattern.requestKey(),
		pause: (isPaused) => pattern.pause(isPaused),
	};
}

class H264Pattern {
	readonly #paint: ReturnType<typeof patternPainter>;
	readonly #encoder: H264Encoder;
	#format: Format | undefined;
	#keyAt: Micros | undefined;
	#posterAt: Micros | undefined;
	#isPaused = false;
	readonly #clock: Clock;

	constructor(options: PatternOptions) {
		const { width, height, fps } = options;
		this.#clock = options.clock;
		this.#paint = patternPainter(options);
		this.#encoder = new H264Encoder({ width, height, framesPerSecond: fps });
	}

	/** A viewer that joins from here on has no earlier frame. */
	restart(): void {
		this.#keyAt = this.#posterAt = undefined;
	}

	/** The next picture is a key frame. */
	requestKey(): void {
		this.#keyAt = undefined;
	}

	/** Only posters are made. A viewer that joins afterwards has no earlier frame. */
	pause(isPaused: boolean): void {
		this.#isPaused = isPaused;
		this.#keyAt = undefined;
	}

	makeNext(sink: Sink): void {
		if (this.#isPaused && !isDue(this.#posterAt, POSTER_INTERVAL, this.#clock.now())) return;
		const { picture, capturedAt } = this.#paint();
		if (!this.#isPaused) this.#encode(picture, capturedAt, sink);
		if (!isDue(this.#posterAt, POSTER_INTERVAL, capturedAt)) return;
		this.#posterAt = capturedAt;
		sink.poster({ capturedAt, data: encodeJpeg(picture, { quality: PATTERN_QUALITY }) });
	}

	#encode(picture: YuvImage, capturedAt: Micros, sink: Sink): void {
		const forceKey = isDue(this.#keyAt, KEY_INTERVAL, capturedAt);
		const { key, annexB: data } = this.#encoder.encode(picture, { forceKey });
		if (key) this.#keyAt = capturedAt;
		this.#format ??= formatOf(data);
		sink.frame({ key, capturedAt, data, format: this.#format });
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
