import { linesOf } from '../../detect/outputs/lines.ts';
import { parseVersion, type Version } from '../../detect/outputs/version.ts';

/** What `rpicam-vid --version` or `libcamera-vid --version` tells. */
export interface CameraToolVersion {
	/** Undefined before 1.0.0, when it told a commit. */
	readonly version: Version | undefined;
	/** As it is written there, e.g. `v1.6.0`. */
	readonly text: string;
	/** Whether it was built with libav; undefined before 1.5.3, when it did not tell. */
	readonly libav: boolean | undefined;
}

/** Reads the output of `--version`; undefined if it is none. */
export function parseToolVersion(output: string): CameraToolVersion | undefined {
	const lines = linesOf(output);
	const [, text] = firstMatch(lines, /^(?:rpicam|libcamera)-apps build: (\S+)/) ?? [];
	if (text === undefined) return undefined;
	// "capabilites" in all versions so far.
	const [, libav] = firstMatch(lines, /^rpicam-apps capabil\w*:.*\blibav:([01])/) ?? [];
	return { version: parseVersion(text), text, libav: libav === undefined ? undefined : libav === '1' };
}

/** Options that are remembered of one help text. */
const MAX_OPTIONS = 500;

/** The long options that a `--help` names, with their dashes. */
export function parseHelp(output: string): ReadonlySet<string> {
	const options = linesOf(output).flatMap((line) => line.match(/(?<![\w-])--[a-z][a-z0-9-]*/g) ?? []);
	return new Set(options.slice(0, MAX_OPTIONS));
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
	for (const line of lines) {
		const match = pattern.exec(line);
		if (match) return match;
	}
	return undefined;
}
