import type { Millis } from '@oriel/base';
import type { Again } from '../../errors/source-error.ts';

/** What the owner of a camera may choose about its pictures; undefined: as the camera or the program likes it. */
export interface CaptureSettings {
	readonly codec?: 'jpeg' | 'h264' | undefined;
	readonly size?: { readonly width: number; readonly height: number } | undefined;
	/** Pictures a second. */
	readonly fps?: number | undefined;
	/** Bits a second, of H.264. */
	readonly bitrate?: number | undefined;
	/** Of JPEGs, 1 to 100. */
	readonly quality?: number | undefined;
	/** Clockwise, in degrees. */
	readonly rotation?: 0 | 90 | 180 | 270 | undefined;
	readonly flip?: 'horizontal' | 'vertical' | 'both' | undefined;
	/** Longer exposures and fewer pictures. */
	readonly night?: boolean | undefined;
	/** From -1, dark, to 1, bright; 0 is as it is. */
	readonly brightness?: number | undefined;
	readonly autofocus?: 'continuous' | 'auto' | 'manual' | undefined;
	/** In dioptres: 0 is infinity, 2 is half a metre. */
	readonly lensPosition?: number | undefined;
	/** Make a preview too, where the program can do it beside the video. An offer: it is no fault if it cannot. */
	readonly preview?: boolean | undefined;
	/** The part of the sensor that is shown, as fractions of its width and height. */
	readonly zoom?:
		| { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
		| undefined;
}

/** A program that writes a camera's pictures to its standard output, and how its words are to be understood. */
export interface Command {
	/** For people and logs, e.g. `imx708 with rpicam-vid`. Holds no password. */
	readonly description: string;
	/** A name to look up in PATH, or a path. */
	readonly program: string;
	/** Each an argument of its own: no shell reads them. */
	readonly arguments: readonly string[];
	/** Set besides the agent's own environment. */
	readonly environment?: Readonly<Record<string, string>> | undefined;
	/** `stream`: what `openReader` recognises (JPEG, Annex B, FLV); `rdhv`: buffers with lengths, as v4l2-ctl writes them. */
	readonly output: 'stream' | 'rdhv';
	/**
	 * What of `arguments` has it write a preview, to descriptor 3 and as `stream`; undefined: it makes none. The program runs
	 * without them too.
	 */
	readonly preview?: readonly string[] | undefined;
	/** How long the first picture may take. */
	readonly firstPictureMs: Millis;
	/** How long any later one may take; `own-pace`: of a program that nothing is known of, see `StallLimit`. */
	readonly stallMs: Millis | 'own-pace';
	/** Silence after which a picture of bare H.264 counts as whole. */
	readonly silenceMs?: Millis | undefined;
	/** What it means that the program ended, or brings no pictures. Pure. */
	readonly diagnose: (evidence: Evidence) => Diagnosis;
}

/** How a program came to bring no more pictures. */
export type ExitStatus =
	| { readonly how: 'missing' }
	| { readonly how: 'exited'; readonly code: number | undefined; readonly signal: string | undefined }
	| { readonly how: 'no-first-picture' | 'stalled'; readonly afterMs: Millis }
	| { readonly how: 'too-much-memory'; readonly bytes: number };

export interface Evidence {
	readonly exit: ExitStatus;
	/** The last lines that it wrote to standard error, without colours. */
	readonly words: readonly string[];
	/** Pictures that this run has brought. */
	readonly pictures: number;
}

export interface Diagnosis {
	/** The class of the fault, e.g. `busy`, `no-camera`, `sensor-timeout`. */
	readonly fault: string;
	/** What was seen and what to do, on one line, for people. */
	readonly message: string;
	readonly again: Again;
	/**
	 * Arguments without which it should be tried again at once, as they stand in `arguments` one behind the other (an option
	 * and its value): an old version does not know them. They stay away as long as the source lives.
	 */
	readonly without?: readonly string[] | undefined;
}
