import { agentUrl } from '@oriel/agent';
import { CAMERA_NAME, reasonOf } from '@oriel/base';
import { MAX_TEXT_LENGTH } from '@oriel/protocol';
import * as v from 'valibot';
import { flag, type Kind, type Place, text, textLike } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { LocatedYaml, type Way } from './located-yaml.ts';
import { minBitrate, pictureOptions } from './picture-options.ts';
import { publishKey } from './publish-key.ts';

/** A relay's address, checked as the agent will read it. */
export const relayAddress: Kind<string> = {
	metavar: 'RELAY_URL',
	read(value: string, place: Place) {
		try {
			agentUrl(value);
			return value;
		} catch (cause) {
			throw new UsageError(`${place}: ${reasonOf(cause)}`, { cause });
		}
	},
};

export const cameraTitle: Kind<string> = textLike(
	'TEXT',
	(title) => title.length <= MAX_TEXT_LENGTH,
	`expected at most ${MAX_TEXT_LENGTH} characters`,
);

const { codec, size, fps, bitrate, quality, rotation, flip, night, autofocus, zoom } = pictureOptions;

/** One camera in the file: every key is read as the flag of that name is. */
const cameraShape = v.strictObject({
	relay: as(relayAddress, 'relay'),
	'relay-pin': as(text('PIN'), 'relay-pin'),
	title: as(cameraTitle, 'title'),
	'key-file': as(text('FILE'), 'key-file'),
	key: as(publishKey, 'key'),
	source: as(text('SPEC'), 'source'),
	preview: as(text('auto|off|SPEC'), 'preview'),
	'camera-pin': as(text('PIN'), 'camera-pin'),
	'always-on': as(flag, 'always-on'),
	'min-bitrate': as(minBitrate.kind, 'min-bitrate'),
	'no-remote-controls': as(flag, 'no-remote-controls'),
	codec: as(codec.kind, 'codec'),
	size: as(size.kind, 'size'),
	fps: as(fps.kind, 'fps'),
	bitrate: as(bitrate.kind, 'bitrate'),
	quality: as(quality.kind, 'quality'),
	rotation: as(rotation.kind, 'rotation'),
	flip: as(flip.kind, 'flip'),
	night: as(night.kind, 'night'),
	autofocus: as(autofocus.kind, 'autofocus'),
	'lens-position': as(pictureOptions['lens-position'].kind, 'lens-position'),
	zoom: as(zoom.kind, 'zoom'),
});

/** The file of `oriel camera --config`. */
export const cameraFileShape = v.strictObject({
	relay: as(relayAddress, 'relay'),
	'relay-pin': as(text('PIN'), 'relay-pin'),
	cameras: v.pipe(
		v.unknown(),
		v.check(isMapping, 'expected a list of cameras by name: "cameras:", then "  porch:", then its settings'),
		v.record(
			v.pipe(
				v.string(),
				v.regex(CAMERA_NAME, 'a camera’s name must be lowercase letters, digits and hyphens, at most 63 characters'),
			),
			cameraShape,
		),
	),
});

export type CameraEntry = v.InferOutput<typeof cameraShape>;

/** A file that has been read and holds nothing that cannot be. */
export interface CameraFile {
	readonly yaml: LocatedYaml;
	readonly relay: string | undefined;
	readonly 'relay-pin': string | undefined;
	readonly cameras: ReadonlyMap<string, CameraEntry>;
}

/** Reads the text of a file. Throws UsageError that names file, line, key, value and what is accepted. */
export function parseCameraFile(content: string, path: string): CameraFile {
	const yaml = LocatedYaml.parse(content, path);
	const result = v.safeParse(cameraFileShape, yaml.content() ?? {});
	if (!result.success) throw new UsageError(wordsOf(yaml, result.issues));
	const { relay, 'relay-pin': pin, cameras } = result.output;
	return { yaml, relay, 'relay-pin': pin, cameras: new Map(Object.entries(cameras)) };
}

/** The keys that one place of the file accepts. */
export function acceptedKeys(way: Way): readonly string[] {
	return Object.keys(way.length === 0 ? cameraFileShape.entries : cameraShape.entries);
}

/** To the schema a list is an object, too. */
function isMapping(value: unknown): boolean {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function as<T>(kind: Kind<T>, name: string) {
	const read = v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
		try {
			return kind.read(dataset.value, name);
		} catch (thrown) {
			addIssue({ message: reasonOf(thrown) });
			return NEVER;
		}
	});
	return v.optional(v.pipe(v.string(`${name}: expected one text, number, true or false`), read));
}

function wordsOf(yaml: LocatedYaml, [issue, ...others]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]) {
	const way = (issue.path ?? []).map(({ key }) => String(key));
	const more = others.length > 0 ? ` (and ${others.length} more)` : '';
	return `${yaml.place(way)}: ${inCamera(way)}${sentence(issue, way)}${more}`;
}

function inCamera([first, name, ...rest]: Way): string {
	return first === 'cameras' && name !== undefined && rest.length > 0 ? `camera ${name}: ` : '';
}

function sentence(issue: v.BaseIssue<unknown>, way: Way): string {
	const key = way.at(-1) ?? 'the whole';
	if (issue.type !== 'strict_object') return issue.type === 'regex' ? `"${key}": ${issue.message}` : issue.message;
	if (issue.expected === 'never') {
		// The value stays out: behind a mistyped "key" stands a secret.
		return `unknown key "${key}"; accepted are ${acceptedKeys(way.slice(0, -1)).join(', ')}`;
	}
	if (way.length === 1 && issue.received === 'undefined') return `"${key}" is missing`;
	return `${key}: expected settings by name, each on a line of its own like "fps: 10"`;
}
