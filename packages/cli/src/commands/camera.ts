import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { openSource, startAgent } from '@oriel/agent';
import { reasonOf, Secret } from '@oriel/base';
import { CAMERA_NAME } from '@oriel/wire';
import { positive, size, text, textLike, type Values } from '../options/option.ts';
import type { Environment } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import { define } from './define.ts';
import { logOption } from './shared-options.ts';

const options = {
	name: {
		kind: textLike('NAME', (name) => CAMERA_NAME.test(name), 'small letters, digits and hyphens are wanted'),
		help: 'the camera’s name on the relay',
		fallback: 'this machine’s name',
	},
	title: { kind: text('TEXT'), help: 'what people call it', fallback: 'its name' },
	'key-file': { kind: text('FILE'), help: 'file with the publish key; or the key itself in ORIEL_CAMERA_KEY' },
	source: {
		kind: text('SPEC'),
		help: 'test, - (stdin), file:PATH, http://… (MJPEG or snapshot)',
		fallback: 'test',
	},
	size: { kind: size(), help: 'size of the test pattern', fallback: '640x480' },
	fps: {
		kind: positive('N', 120),
		help: 'pictures a second, at most',
		fallback: '24 for test, 10 for file:, else all there are',
	},
	log: logOption,
} as const;

/** The camera side. */
export const cameraCommand = define({
	name: 'camera',
	usage: 'camera RELAY_URL [options]',
	help: 'Sends a camera’s pictures to a relay, and never gives up.',
	options,
	words: [0, 1],
	async run({ clock, env, log, stopping }, values, [word]) {
		const relay = word ?? env.ORIEL_RELAY;
		if (relay === undefined)
			throw new UsageError('Where to? Wanted: oriel camera RELAY_URL, e.g. oriel camera https://cam.example.org');
		const name = values.name ?? nameOfMachine();
		const spec = values.source ?? 'test';
		const source = openSource(spec, {
			name,
			title: values.title,
			size: values.size,
			fps: values.fps ?? (spec === 'test' ? 24 : undefined),
			input: process.stdin,
			clock,
			random: Math.random,
		});
		const key = readKey(values, env);
		await using agent = startAgent(
			{ relay, name, title: values.title, key, source },
			{ clock, log, random: Math.random },
		);
		const stop = () => void agent.close();
		if (stopping.aborted) stop();
		stopping.addEventListener('abort', stop);
		await agent.closed;
	},
});

function readKey(values: Values<typeof options>, env: Environment): Secret {
	const path = values['key-file'];
	if (path !== undefined) return readKeyFile(path);
	if (env.ORIEL_CAMERA_KEY) return new Secret(env.ORIEL_CAMERA_KEY.trim());
	throw new UsageError(
		'A publish key is wanted: --key-file FILE, or ORIEL_CAMERA_KEY. "oriel key add NAME" on the relay makes one',
	);
}

function readKeyFile(path: string): Secret {
	try {
		return new Secret(readFileSync(path, 'utf8').trim());
	} catch (cause) {
		throw new UsageError(`Cannot read the key file ${path}: ${reasonOf(cause)}`, { cause });
	}
}

function nameOfMachine(): string {
	const name =
		hostname()
			.toLowerCase()
			.split('.', 1)[0]
			?.replaceAll(/[^a-z0-9-]+/g, '-') ?? '';
	if (CAMERA_NAME.test(name)) return name;
	throw new UsageError('This machine’s name cannot be a camera’s; say --name NAME');
}
