import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../options/read.ts';

/** Where the file of a machine's own cameras is: `oriel camera install` writes it there. */
export const SYSTEM_CAMERA_FILE = '/etc/oriel/camera.yaml';

/** Where `oriel camera` looks for its file unless told: the person's own place first, then the machine's. */
export function cameraFilePlaces(env: Environment, platform: NodeJS.Platform = process.platform): readonly string[] {
	if (platform === 'win32') return [join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Oriel', 'camera.yaml')];
	if (platform === 'darwin') return [join(homedir(), 'Library', 'Application Support', 'Oriel', 'camera.yaml')];
	return [join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'oriel', 'camera.yaml'), SYSTEM_CAMERA_FILE];
}
