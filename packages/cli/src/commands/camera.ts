import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { AgentError, openSource, startAgent, systemComputer } from '@oriel/agent';
import { reasonOf, Secret } from '@oriel/base';
import { CAMERA_NAME } from '@oriel/wire';
import { positive, size, text, textLike, type Values } from '../options/option.ts';
import type { Environment } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import { keepHeapSmall } from '../platform/small-heap.ts';
import { define } from './define.ts';
import { logOption } from './shared-options.ts';

/** The rate of the test patterns: what cameras usually send. */
const TEST_FPS = 24;
/** Sources that nobody can tell what to send. */
const OWN_SIZE = /^(-$|file:|exec:|https?:)/;
const TEST_SOURCES: readonly string[] = ['test', 'test:h264'];

/** What a key looks like when it is whole: anything else would be refused by the relay, or not even be sent. */
const KEY = /^[\w-]{20,200}$/;

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
		help: 'auto, csi:N, /dev/videoN, rtsp://…, http://…, exec:COMMAND, file:PATH, - (stdin), test, test:h264',
		fallback: 'auto: the best camera of this machine',
	},
	size: {
		kind: size(),
		help: 'width and height',
		fallback: '640x480 for the test patterns, else as it suits the board',
	},
	fps: {
		kind: positive('N', 120),
		help: 'pictures a second, at most; a stream of H.264 comes as it comes',
		fallback: '24 for test and test:h264, 10 for file:, as it suits the board for its own camera, else all there are',
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
		keepHeapSmall();
		const relay = word ?? env.ORIEL_RELAY;
		if (relay === undefined)
			throw new UsageError('Where to? Wanted: oriel camera RELAY_URL, e.g. oriel camera https://cam.example.org');
		const name = values.name ?? nameOfMachine();
		const spec = values.source ?? 'auto';
		const isTest = TEST_SOURCES.includes(spec);
		const key = readKey(values, env);
		const random = Math.random;
		await using agent = asked(() => {
			const fps = values.fps ?? (isTest ? TEST_FPS : undefined);
			// Another folder in place of `/`, to look for cameras in: so tests show this machine as a Pi.
			const computer = systemComputer({ clock, root: env.ORIEL_MACHINE_ROOT });
			const source = openSource(spec, { ...values, name, fps, input: process.stdin, clock, log, random, computer });
			return startAgent({ relay, name, title: values.title, key, source }, { clock, log, random });
		});
		if (values.size && OWN_SIZE.test(spec)) log.warn('this source comes in its own size: --size does nothing');
		const stop = () => void agent.close();
		if (stopping.aborted) stop();
		stopping.addEventListener('abort', stop);
		await agent.closed;
	},
});

function readKey(values: Values<typeof options>, env: Environment): Secret {
	const path = values['key-file'];
	if (path !== undefined) return keyOf(readKeyFile(path), path);
	if (env.ORIEL_CAMERA_KEY) return keyOf(env.ORIEL_CAMERA_KEY, 'ORIEL_CAMERA_KEY');
	throw new UsageError(
		'A publish key is wanted: --key-file FILE, or ORIEL_CAMERA_KEY. "oriel key add NAME" on the relay makes one',
	);
}

function readKeyFile(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (cause) {
		throw new UsageError(`Cannot read the key file ${path}: ${reasonOf(cause)}`, { cause });
	}
}

function keyOf(text: string, place: string): Secret {
	const key = text.trim();
	if (KEY.test(key)) return new Secret(key);
	throw new UsageError(`${place} does not hold a publish key: one line like oriel_key_… is wanted`);
}

/** The agent refuses at once what was asked wrongly; everything later it logs and tries again. */
function asked<T>(start: () => T): T {
	try {
		return start();
	} catch (thrown) {
		if (thrown instanceof AgentError) throw new UsageError(thrown.message, { cause: thrown });
		throw thrown;
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
