import type { Board } from '../../detect/outputs/board.ts';
import type { CaptureSettings } from './command.ts';
import { refuse } from './refuse.ts';

/** What a program is asked for: the owner's choice, or what suits the board. */
export interface Choices {
	readonly width: number;
	readonly height: number;
	readonly fps: number;
	/** Bits a second. */
	readonly bitrate: number;
	/** Of JPEGs, 1 to 100. */
	readonly quality: number;
	/** Pictures from one key frame to the next: two seconds. */
	readonly keyEvery: number;
}

type Codec = 'jpeg' | 'h264';
type Suited = Omit<Choices, 'keyEvery'>;

/** Wherever JPEGs are made by the processor, the small boards get little to do. */
const SMALL: Readonly<Record<Codec, Suited>> = {
	h264: { width: 1280, height: 720, fps: 20, bitrate: 1_500_000, quality: 50 },
	jpeg: { width: 640, height: 480, fps: 10, bitrate: 2_000_000, quality: 50 },
};
const OTHERS: Readonly<Record<Codec, Suited>> = {
	h264: { width: 1280, height: 720, fps: 30, bitrate: 2_000_000, quality: 60 },
	jpeg: { width: 1280, height: 720, fps: 15, bitrate: 8_000_000, quality: 60 },
};

/** Long exposures need long intervals. */
const NIGHT_FPS = 5;
const KEY_INTERVAL_S = 2;
const MAX_FPS = 240;

/** What to ask for. Throws AgentError `bad-option` for what no program could follow. */
export function choose(codec: Codec, { strength }: Board, settings: CaptureSettings): Choices {
	check(codec, settings);
	const suited = (strength === 'small' ? SMALL : OTHERS)[codec];
	const { width, height } = settings.size ?? suited;
	const fps = settings.fps ?? (settings.night ? NIGHT_FPS : suited.fps);
	const bitrate = settings.bitrate ?? suited.bitrate;
	const quality = settings.quality ?? suited.quality;
	return { width, height, fps, bitrate, quality, keyEvery: Math.max(1, Math.round(fps * KEY_INTERVAL_S)) };
}

/** A codec that was asked for and an option of the other one do not go together; one that was found does not mind. */
function check(codec: Codec, { codec: asked, size, fps, bitrate, quality, brightness, zoom }: CaptureSettings): void {
	if (asked === 'h264' && codec === 'h264' && quality !== undefined) {
		throw refuse('a quality', 'it is for JPEGs; H.264 has a bitrate');
	}
	if (size && !(isEven(size.width) && isEven(size.height))) {
		throw refuse(`a size of ${size.width}x${size.height}`, 'width and height must be even');
	}
	if (fps !== undefined && !(fps > 0 && fps <= MAX_FPS)) {
		throw refuse(`${fps} pictures a second`, `expected more than 0, at most ${MAX_FPS}`);
	}
	if (bitrate !== undefined && !(bitrate >= 10_000 && bitrate <= 100_000_000)) {
		throw refuse(`${bitrate} bits a second`, 'expected 10000 to 100000000');
	}
	if (quality !== undefined && !(quality >= 1 && quality <= 100)) {
		throw refuse(`a quality of ${quality}`, 'expected 1 to 100');
	}
	if (brightness !== undefined && !(brightness >= -1 && brightness <= 1)) {
		throw refuse(`a brightness of ${brightness}`, 'expected -1 to 1');
	}
	if (zoom && !isInside(zoom)) throw refuse('this zoom', 'it must lie within the picture: parts of 0 to 1');
}

function isEven(pixels: number): boolean {
	return Number.isInteger(pixels) && pixels >= 16 && pixels <= 16_384 && pixels % 2 === 0;
}

function isInside({ x, y, width, height }: NonNullable<CaptureSettings['zoom']>): boolean {
	return x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1.000_001 && y + height <= 1.000_001;
}

/** As programs want to read it: no exponent, no more digits than needed. */
export function plain(number: number): string {
	return String(Number(number.toFixed(6)));
}
