import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AgentError } from '@oriel/agent';
import type { Secret } from '@oriel/base';
import { CAMERA_NAME } from '@oriel/base';
import type { CameraConfig } from '../cameras/camera-config.ts';
import { cameraTitle, relayAddress } from '../cameras/camera-file.ts';
import { DEFAULT_SOURCE, type Overrides } from '../cameras/compose.ts';
import { keepCameras, startCamera } from '../cameras/keep-cameras.ts';
import { minBitrate as minBitrateOption, pictureOptions, settingsOf } from '../cameras/picture-options.ts';
import { publishKey, readKeyFile } from '../cameras/publish-key.ts';
import { flag, type Option, text, textLike, type Values } from '../options/option.ts';
import type { Environment } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import { cameraFilePlaces } from '../platform/configuration-places.ts';
import { exposureOf } from '../platform/exposure.ts';
import { defaultCameraDirectory, type JoinedCamera, joinedCameras } from '../platform/joined-cameras.ts';
import { serveSystemd } from '../platform/notify-systemd.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { cameraPinOption, logOption } from './shared-options.ts';

const config: Option<string> = {
	kind: text('FILE'),
	help: 'a YAML or JSON file with one or several cameras; followed while it runs',
	fallback: 'if no relay is named: ~/.config/oriel/camera.yaml, then /etc/oriel/camera.yaml',
	ownFormat: true,
};

const WHERE_TO =
	'No relay configured. Pair this machine (oriel camera join, the line is on the relay’s page), pass a URL: oriel camera https://cam.example.org, or create one of:';

/** What can be said of a camera: by `oriel camera`, and by `oriel camera install` to have it written down. */
export const cameraOptions = {
	config,
	name: {
		kind: textLike('NAME', (name) => CAMERA_NAME.test(name), 'expected lowercase letters, digits and hyphens'),
		help: 'the camera’s name on the relay; with a file: only this camera of it',
		fallback: 'this machine’s name',
	},
	title: { kind: cameraTitle, help: 'the name shown to people', fallback: 'its name' },
	'key-file': { kind: text('FILE'), help: 'file with the publish key; or the key itself in ORIEL_CAMERA_KEY' },
	'relay-pin': {
		kind: text('PIN'),
		help: 'the pin that a self-signed relay prints: sha256/…',
	},
	source: {
		kind: text('SPEC'),
		help: 'auto, csi:N, /dev/videoN, rtsp://…, http://…, exec:COMMAND, file:PATH, - (stdin), test, test:h264',
		fallback: 'auto: the best camera of this machine',
	},
	preview: {
		kind: text('auto|off|SPEC'),
		help: 'a second, small stream of the same camera for the grid; SPEC: e.g. the sub-stream of an IP camera, rtsp://…',
		fallback: 'auto: where this machine encodes the video',
	},
	'camera-pin': cameraPinOption,
	'always-on': { kind: flag, help: 'send video even without viewers; default: only a small poster now and then' },
	'min-bitrate': minBitrateOption,
	'no-remote-controls': { kind: flag, help: 'no one may change the camera’s settings from the page' },
	'state-dir': { kind: text('DIR'), help: 'where "oriel camera join" keeps its cameras', fallback: 'per platform' },
	...pictureOptions,
} as const;

const options = { ...cameraOptions, log: logOption } as const;

/** The camera side. */
export const cameraCommand = define({
	name: 'camera',
	usage: 'camera [RELAY_URL] [options]',
	help: 'Sends the video of one or several cameras to a relay, and reconnects indefinitely.',
	options,
	words: [0, 1],
	keepsRunning: true,
	async run(context, values, [word]) {
		const { overrides, file } = readCameraRequest(context.env, values, word);
		if (file !== undefined) return runFile(context, file, overrides, controlsIn(values, context.env));
		const joined = overrides.relay || overrides.key ? undefined : joinedCamera(values, context.env);
		const relay = overrides.relay ?? joined?.relays[0];
		if (relay === undefined) throw new UsageError(`${WHERE_TO} ${cameraFilePlaces(context.env).join(' or ')}`);
		const { camera: name, key, pin } = { ...overrides, camera: overrides.name, ...joined };
		const title = overrides.title ?? joined?.title;
		const controlsDirectory = joined && controlsIn(values, context.env);
		const asked = { ...overrides, name, title, key, pin, relay };
		await runOne(context, asked, { 'key-file': values['key-file'], controlsDirectory });
	},
});

/** What flags and environment ask for, and the file that is to be read with it. */
export function readCameraRequest(
	env: Environment,
	values: Partial<Values<typeof options>>,
	word: string | undefined,
): { readonly overrides: Overrides; readonly file: string | undefined } {
	const said = word ?? env.ORIEL_RELAY;
	const relay =
		said === undefined ? undefined : relayAddress.read(said, word === undefined ? 'ORIEL_RELAY' : 'RELAY_URL');
	const { config, name, title, source, preview, 'key-file': keyFile, 'relay-pin': pin, 'always-on': alwaysOn } = values;
	const { 'min-bitrate': minBitrate, 'no-remote-controls': noRemoteControls, 'camera-pin': cameraPin } = values;
	const pictures = Object.fromEntries(Object.entries(values).filter(([key]) => key in pictureOptions));
	const key = readKey(keyFile, env);
	const common = { name, title, relay, pin, key, source, preview, cameraPin, alwaysOn, minBitrate, noRemoteControls };
	const overrides: Overrides = { ...common, pictures };
	const file = config ?? (relay === undefined ? cameraFilePlaces(env).find((path) => existsSync(path)) : undefined);
	return { overrides, file };
}

function readKey(path: string | undefined, env: Environment): Secret | undefined {
	if (path !== undefined) return readKeyFile(path);
	return env.ORIEL_CAMERA_KEY ? publishKey.read(env.ORIEL_CAMERA_KEY, 'ORIEL_CAMERA_KEY') : undefined;
}

/** What this machine was paired as, where nothing else was said; by name, if it is several cameras. */
function joinedCamera(values: Partial<Values<typeof options>>, env: Environment): JoinedCamera | undefined {
	const cameras = joinedCameras(values['state-dir'] ?? defaultCameraDirectory(env));
	if (values.name !== undefined) return cameras.find(({ camera }) => camera === values.name);
	const [only, second] = cameras;
	if (second === undefined) return only;
	const names = cameras.map(({ camera }) => camera).join(', ');
	throw new UsageError(`This machine was paired as ${names}: say which with --name`);
}

/** Where it is kept what owners change on the page. */
function controlsIn(values: Partial<Values<typeof options>>, env: Environment): string {
	return join(values['state-dir'] ?? defaultCameraDirectory(env), 'controls');
}

interface Places {
	readonly 'key-file': string | undefined;
	readonly controlsDirectory: string | undefined;
}

async function runOne(
	context: Context,
	overrides: Overrides & { relay: string },
	{ 'key-file': keyFile, controlsDirectory }: Places,
) {
	const {
		title,
		key,
		source = DEFAULT_SOURCE,
		pictures,
		relay,
		pin,
		alwaysOn = false,
		minBitrate,
		preview,
	} = overrides;
	const name = overrides.name ?? nameOfMachine();
	if (!key) {
		throw new UsageError(
			'No publish key was given; expected --key-file FILE or ORIEL_CAMERA_KEY. "oriel key add NAME" on the relay makes one',
		);
	}
	const exposed = keyFile !== undefined && exposureOf(keyFile);
	if (exposed) context.log.warn(exposed);
	const settings = settingsOf(pictures, source);
	const remoteControls = !overrides.noRemoteControls;
	const common = { name, title, relay, pin, key, source, preview, settings, cameraPin: overrides.cameraPin };
	const camera: CameraConfig = { ...common, alwaysOn, minBitrate, remoteControls };
	await using agent = asked(() =>
		startCamera(camera, {
			...context,
			random: Math.random,
			machineRoot: context.env.ORIEL_MACHINE_ROOT,
			controlsDirectory,
		}),
	);
	const ended = serveSystemd({ ...context, status: () => `1 camera: ${name}`, isAlive: () => agent.isAlive });
	await until(context.stopping, agent.closed).finally(ended);
}

async function runFile(context: Context, path: string, overrides: Overrides, controlsDirectory: string): Promise<void> {
	context.log.info('the cameras are in a file', { file: path });
	await using cameras = keepCameras({
		...context,
		path,
		overrides,
		random: Math.random,
		machineRoot: context.env.ORIEL_MACHINE_ROOT,
		controlsDirectory,
	});
	const status = () =>
		`${cameras.names.length} ${cameras.names.length === 1 ? 'camera' : 'cameras'}: ${cameras.names.join(', ')}`;
	const ended = serveSystemd({ ...context, status, isAlive: () => cameras.isAlive });
	await until(context.stopping, cameras.closed).finally(ended);
}

/** Waits for the end that is asked for, or for the camera's own, which rejects. */
function until(stopping: AbortSignal, closed: Promise<void>): Promise<void> {
	return new Promise((resolve, reject) => {
		if (stopping.aborted) resolve();
		stopping.addEventListener('abort', () => resolve(), { once: true });
		closed.then(resolve, reject);
	});
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

/** A camera without a name has its machine's. */
export function nameOfMachine(): string {
	const name =
		hostname()
			.toLowerCase()
			.split('.', 1)[0]
			?.replaceAll(/[^a-z0-9-]+/g, '-') ?? '';
	if (CAMERA_NAME.test(name)) return name;
	throw new UsageError('This machine’s name cannot be a camera’s; say --name NAME');
}
