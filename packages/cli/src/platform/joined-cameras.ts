import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CAMERA_NAME, reasonOf, Secret, systemCode } from '@oriel/base';
import * as v from 'valibot';
import type { Environment } from '../options/read.ts';

/** One camera of this machine and its relay, as `oriel camera join` left them. */
export interface JoinedCamera {
	readonly camera: string;
	/** What people call it, if that was said when it joined. */
	readonly title?: string | undefined;
	/** Where the relay is; the first is asked. */
	readonly relays: readonly string[];
	/** `sha256/BASE64` of a self-signed relay's public key. */
	readonly pin: string | undefined;
	readonly key: Secret;
}

const shape = v.object({
	format: v.literal(1),
	camera: v.pipe(v.string(), v.regex(CAMERA_NAME)),
	relays: v.pipe(v.array(v.string()), v.minLength(1)),
	title: v.optional(v.string()),
	pin: v.nullable(v.string()),
	key: v.string(),
});

/** Where the cameras of this machine are kept: where each system expects such things, and never where a relay keeps its own. */
export function defaultCameraDirectory(
	env: Environment,
	platform = process.platform,
	isRoot = process.getuid?.() === 0,
): string {
	if (env.STATE_DIRECTORY) return env.STATE_DIRECTORY;
	if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Oriel camera');
	if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Oriel camera');
	return isRoot
		? '/var/lib/oriel-camera'
		: join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'oriel-camera');
}

/**
 * Where to look for the cameras of this machine: the directory above, and under sudo also that of the user who called it, for
 * whom the machine was most likely paired. `homeOf` gives a user's home directory.
 */
export function cameraDirectories(env: Environment, homeOf: (user: string) => string | undefined = homeIn): string[] {
	const user = env.SUDO_USER;
	const home = user === undefined || user === 'root' ? undefined : homeOf(user);
	const own = defaultCameraDirectory(env);
	return home === undefined ? [own] : [own, join(home, '.local', 'state', 'oriel-camera')];
}

function homeIn(user: string): string | undefined {
	const line = readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.find((entry) => entry.startsWith(`${user}:`));
	return line?.split(':')[5];
}

/** Keeps a camera in a file that its owner alone can read. Gives the file's path. An earlier file of that camera goes. */
export function keepCamera(directory: string, { camera, title, relays, pin, key }: JoinedCamera): string {
	mkdirSync(directory, { recursive: true, mode: 0o700 });
	chmodSync(directory, 0o700);
	const path = join(directory, `${camera}.json`);
	const draft = join(directory, `.${randomBytes(6).toString('hex')}.tmp`);
	const content = { format: 1, camera, title, relays, pin: pin ?? null, key: key.reveal() };
	writeFileSync(draft, `${JSON.stringify(content, null, '\t')}\n`, { mode: 0o600, flag: 'wx' });
	renameSync(draft, path);
	return path;
}

/** The cameras of this machine. Throws with the file's name if one is damaged or others may read it. */
export function joinedCameras(directory: string): JoinedCamera[] {
	return namesIn(directory)
		.filter((name) => name.endsWith('.json'))
		.map((name) => readCamera(join(directory, name)));
}

function namesIn(directory: string): string[] {
	try {
		return readdirSync(directory).sort();
	} catch (failure) {
		if (systemCode(failure) === 'ENOENT') return [];
		throw failure;
	}
}

function readCamera(path: string): JoinedCamera {
	if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
		throw new Error(`${path} holds a publish key and others may read it: chmod 600 ${path}`);
	}
	try {
		const { camera, title, relays, pin, key } = v.parse(shape, JSON.parse(readFileSync(path, 'utf8')));
		return { camera, title, relays, pin: pin ?? undefined, key: new Secret(key) };
	} catch (cause) {
		throw new Error(`Cannot read ${path}: ${reasonOf(cause)}. Join again, or remove the file`, { cause });
	}
}
