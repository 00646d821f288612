import type { Micros } from '@oriel/base';
import { blankYuvImage, type YuvImage } from '@oriel/media';
import { cameraId } from '../time-code/camera-id.ts';
import { writeTimeCode } from '../time-code/write.ts';
import { paintBackdrop } from './backdrop.ts';
import { paintComet } from './comet.ts';
import { CAPITAL_HEIGHT, plainLetters } from './font.ts';
import { clockScale, type Layout, layoutFor } from './layout.ts';
import { dotsOf, Lettering } from './lettering.ts';

export interface TestPatternOptions {
	/** In pixels: 160x120 to 1920x1080, both sides multiples of 8. */
	readonly width: number;
	readonly height: number;
	/** Shown at the top. */
	readonly title: string;
	/** The name of the camera; its `cameraId` goes into the time code. */
	readonly camera: string;
}

/** What changes from picture to picture. */
export interface Moment {
	/** For the time code and for the motion; any clock will do. */
	readonly time: Micros;
	readonly sequence: number;
	/** Shown large, as given: the pattern knows neither time zones nor tastes. */
	readonly clockText: string;
}

const BRIGHT = 236;
const SOFT = 176;
const FAINT = 122;

/** A test picture that moves: a clock, a comet, colours, a frame counter, and a time code for machines. */
export class TestPattern {
	readonly #layout: Layout;
	readonly #still: YuvImage;
	readonly #picture: YuvImage;
	readonly #camera: number;
	readonly #text: Lettering;
	#clock: { readonly scale: number; readonly lettering: Lettering } | undefined;

	/** Throws MediaError 'bad-size' for a size that it cannot paint. */
	constructor({ width, height, title, camera }: TestPatternOptions) {
		this.#layout = layoutFor(width, height);
		this.#text = new Lettering(this.#layout.textScale);
		this.#camera = cameraId(camera);
		this.#picture = blankYuvImage(width, height);
		this.#still = blankYuvImage(width, height);
		paintBackdrop(this.#still, this.#layout);
		this.#writeTitle(plainLetters(title), `${width}x${height}`);
	}

	/** The picture of a moment. It is the same object each time, painted over: encode or copy it before the next. */
	paint({ time, sequence, clockText }: Moment): YuvImage {
		const { y, cb, cr } = this.#still;
		this.#picture.y.set(y);
		this.#picture.cb.set(cb);
		this.#picture.cr.set(cr);
		paintComet(this.#picture, this.#layout, time);
		this.#writeClock(clockText);
		this.#writeCounter(sequence);
		writeTimeCode(this.#picture, { time, sequence, camera: this.#camera });
		return this.#picture;
	}

	/** The size is left out where the title needs the room. */
	#writeTitle(title: string, size: string): void {
		const { width, margin } = this.#layout;
		const sizeLeft = width - margin - this.#text.widthOf(size);
		this.#text.draw(this.#still, title, margin, margin, SOFT);
		if (this.#text.widthOf(title) > sizeLeft - 2 * margin) return;
		this.#text.draw(this.#still, size, sizeLeft, margin, FAINT);
	}

	#writeClock(text: string): void {
		const scale = clockScale(this.#layout, dotsOf(text));
		if (this.#clock?.scale !== scale) this.#clock = { scale, lettering: new Lettering(scale) };
		const { lettering } = this.#clock;
		const left = Math.round((this.#layout.width - lettering.widthOf(text)) / 2);
		const top = this.#layout.clockMiddle - Math.round((CAPITAL_HEIGHT * scale) / 2);
		lettering.draw(this.#picture, text, left, top, BRIGHT);
	}

	#writeCounter(sequence: number): void {
		const { margin, footerTop } = this.#layout;
		this.#text.draw(this.#picture, `frame ${sequence}`, margin, footerTop, FAINT);
	}
}
