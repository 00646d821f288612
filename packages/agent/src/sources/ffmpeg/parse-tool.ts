import { linesOf } from '../../detect/outputs/lines.ts';
import { MAX_FORMATS, MAX_SIZES, type OfferedFormat, type OfferedSize } from '../../detect/outputs/picture-format.ts';
import { parseVersion, type Version } from '../../detect/outputs/version.ts';

/** Reads `ffmpeg -version`: the version, `undefined` for builds from git; nothing at all if it is no ffmpeg. */
export function parseFfmpegVersion(
	output: string,
): { readonly version: Version | undefined; readonly text: string } | undefined {
	const [, text] = /^ffmpeg version (\S{1,100})/m.exec(output) ?? [];
	return text === undefined ? undefined : { version: parseVersion(text), text };
}

const MAX_ENCODERS = 1000;

/** Reads `ffmpeg -encoders`: the names of those for video. */
export function parseEncoders(output: string): ReadonlySet<string> {
	const names = linesOf(output).flatMap((line) => /^ V[A-Z.]{5} ([a-z0-9_]+)/.exec(line)?.[1] ?? []);
	return new Set(names.slice(0, MAX_ENCODERS));
}

/** Reads what `ffmpeg -f v4l2 -list_formats all -i NODE` writes to standard error. */
export function parseV4l2Formats(output: string): OfferedFormat[] {
	const formats = linesOf(output).flatMap((line) => {
		const [, names, list] = /\] (?:Raw *|Compressed): +(.+?) : +.+? : (.+)$/.exec(line) ?? [];
		if (names === undefined || list === undefined) return [];
		// Several names where ffmpeg knows the format under more than one.
		const [name = ''] = names.trim().split(/\s+/);
		return [{ name, sizes: sizesIn(list) }];
	});
	return formats.slice(0, MAX_FORMATS);
}

function sizesIn(list: string): OfferedSize[] {
	const sizes = [...list.matchAll(/(?<!\S)(\d{1,6})x(\d{1,6})(?!\S)/g)];
	return sizes.slice(0, MAX_SIZES).map(([, width, height]) => {
		return { width: Number(width), height: Number(height), rates: [] };
	});
}
