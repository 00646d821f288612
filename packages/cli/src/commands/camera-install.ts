import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AgentError } from '@oriel/agent';
import { type CameraFile, parseCameraFile } from '../cameras/camera-file.ts';
import { DEFAULT_SOURCE, hasPassword } from '../cameras/compose.ts';
import { previewOf, sourceOf } from '../cameras/keep-cameras.ts';
import { settingsOf } from '../cameras/picture-options.ts';
import { readKeyFile } from '../cameras/publish-key.ts';
import { flag, type Option, text } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { SYSTEM_CAMERA_FILE } from '../platform/configuration-places.ts';
import { programWords } from '../platform/installation.ts';
import { cameraDirectories, type JoinedCamera, joinedCameras } from '../platform/joined-cameras.ts';
import { CAMERA_UNIT_PATH, closedTo, installSteps, uninstallSteps } from '../service/camera-service.ts';
import { CAMERA_UNIT } from '../service/camera-unit.ts';
import { carryOut } from '../service/carry-out.ts';
import { draftService } from '../service/draft-joined.ts';
import { cameraOptions, nameOfMachine, readCameraRequest } from './camera.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';

const UNIT = { name: CAMERA_UNIT, paths: [CAMERA_UNIT_PATH] };

const dryRun: Option<boolean> = { kind: flag, help: 'print what would be done, and change nothing' };
const rootOption: Option<string> = { kind: text('DIR'), help: 'prepare the mounted image of another machine' };
const placeOptions = { 'dry-run': dryRun, root: rootOption } as const;

/** Makes this machine's cameras a service. */
export const cameraInstall = define({
	name: 'camera install',
	usage: 'camera install [RELAY_URL] [--dry-run] [options]',
	help: 'Runs cameras as a service of this machine, now and after every boot.',
	options: { ...cameraOptions, ...placeOptions },
	words: [0, 1],
	run(context, values, [word]) {
		const { 'dry-run': isDry = false, root = '', config, ...said } = values;
		const place = placeOf(root);
		const installed = join(place, SYSTEM_CAMERA_FILE);
		const path = config ?? installed;
		// The image of another machine is not to get this one's keys unless that is said.
		const isOfThisMachine = config === undefined && (root === '' || said['state-dir'] !== undefined);
		const { overrides } = readCameraRequest({ ...context.env, ORIEL_CONFIG: undefined }, said, word);
		const draft = draftService({
			text: config !== undefined || existsSync(installed) ? readFileSync(path, 'utf8') : '',
			path,
			said: overrides,
			nameless: nameOfMachine,
			readKey: (file) => readKeyFile(resolve(dirname(path), file)),
			joined: isOfThisMachine ? camerasHere(said['state-dir'], context.env) : [],
		});
		const file = parseCameraFile(draft.text, path);
		checkSources(context, file);
		const isSecret = [...file.cameras.values()].some(({ source }) => hasPassword(source));
		const program = programWords();
		const steps = installSteps(draft, isSecret, { root: place, program });
		const mayRun = () => refuseClosed(program, place);
		carryOut(steps, { ...context, root: place, isDry, command: 'camera install', unit: UNIT, mayRun });
	},
});

/** Takes the service away again. */
export const cameraUninstall = define({
	name: 'camera uninstall',
	usage: 'camera uninstall [--purge] [--dry-run]',
	help: 'Removes the service that "oriel camera install" made. The configuration and its keys stay.',
	options: { purge: { kind: flag, help: 'remove the configuration and the keys, too' }, ...placeOptions },
	run(context, { purge = false, 'dry-run': isDry = false, root = '' }) {
		const place = placeOf(root);
		const path = join(place, SYSTEM_CAMERA_FILE);
		const isThere = purge && existsSync(path);
		const cameras = isThere ? [...parseCameraFile(readFileSync(path, 'utf8'), path).cameras.keys()] : [];
		const steps = uninstallSteps(place, purge ? cameras : undefined);
		carryOut(steps, { ...context, root: place, isDry, command: 'camera uninstall', unit: UNIT });
	},
});

/** What this machine was paired as; of two files of one camera the first directory's counts. */
function camerasHere(stateDirectory: string | undefined, env: Context['env']): JoinedCamera[] {
	const directories = stateDirectory === undefined ? cameraDirectories(env) : [stateDirectory];
	const found = directories.flatMap(joinedCameras);
	return found.filter(({ camera }, at) => found.findIndex((other) => other.camera === camera) === at);
}

function placeOf(root: string): string {
	const place = root === '' ? '' : resolve(root);
	return place === '/' ? '' : place;
}

function checkSources(context: Context, { cameras }: CameraFile): void {
	for (const [name, entry] of cameras) {
		const source = entry.source ?? DEFAULT_SOURCE;
		if (source === '-') throw new UsageError(`camera ${name}: a service has no standard input; name another source`);
		try {
			const { title, preview, 'camera-pin': cameraPin } = entry;
			const camera = { name, title, source, settings: settingsOf(entry, source), preview, cameraPin };
			sourceOf(camera, { ...context, random: Math.random });
			previewOf(camera, { ...context, random: Math.random });
		} catch (cause) {
			if (cause instanceof AgentError) throw new UsageError(`camera ${name}: ${cause.message}`, { cause });
			throw cause;
		}
	}
}

/** The service's user is not the one who installs it. */
function refuseClosed(program: readonly string[], root: string): void {
	if (root !== '') return;
	for (const path of program) {
		const closed = closedTo(path);
		if (!closed) continue;
		throw new Error(
			`The service could not run ${path}: ${closed} is closed to its user. Put Oriel and Node where all may read, e.g. /opt/oriel`,
		);
	}
}
