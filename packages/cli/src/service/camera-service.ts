import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SYSTEM_CAMERA_FILE } from '../platform/configuration-places.ts';
import { CAMERA_UNIT, cameraUnit, SERVICE_USER } from './camera-unit.ts';
import type { Draft } from './draft-cameras.ts';
import type { Step } from './machine.ts';

/** Where it is. */
export const CAMERA_UNIT_PATH = `/etc/systemd/system/${CAMERA_UNIT}`;
const USERS_PATH = '/etc/sysusers.d/oriel.conf';
const FOLDER = dirname(SYSTEM_CAMERA_FILE);
const USERS = `# Written by "oriel camera install": the user that sends the cameras' video. It can read its files, not change them.
g video - -
g render - -
u ${SERVICE_USER} - "Oriel cameras" / /usr/sbin/nologin
`;

export interface ServicePlace {
	/** A mounted image of another machine; '' is this one. */
	readonly root: string;
	/** The program and its first arguments, as the unit will run it. */
	readonly program: readonly string[];
}

/** All that makes the cameras a service of the machine, in order. Doing it again changes nothing. */
export function installSteps({ text, keys }: Draft, isSecret: boolean, { root, program }: ServicePlace): Step[] {
	const needsHome = program.some((path) => /^\/(home|root|run\/user)\//.test(path));
	const unit = cameraUnit({ command: [...program, 'camera', '--config', SYSTEM_CAMERA_FILE], needsHome });
	const ours = { mode: 0o640, group: SERVICE_USER } as const;
	const open = { mode: 0o644, group: 'root', secret: false } as const;
	const elsewhere = root === '' ? [] : [`--root=${root}`];
	return [
		{ do: 'file', path: USERS_PATH, content: USERS, ...open },
		{ do: 'run', command: ['systemd-sysusers', ...elsewhere, 'oriel.conf'] },
		{ do: 'folder', path: FOLDER, mode: 0o750, group: SERVICE_USER },
		...[...keys].map(([name, key]): Step => {
			return { do: 'file', path: join(FOLDER, `${name}.key`), content: `${key.reveal()}\n`, ...ours, secret: true };
		}),
		{ do: 'file', path: SYSTEM_CAMERA_FILE, content: text, ...ours, secret: isSecret },
		{ do: 'file', path: CAMERA_UNIT_PATH, content: unit, ...open },
		...(root === ''
			? ([
					{ do: 'run', command: ['systemctl', 'daemon-reload'] },
					{ do: 'run', command: ['systemctl', 'enable', '--now', CAMERA_UNIT] },
				] as const)
			: ([{ do: 'run', command: ['systemctl', ...elsewhere, 'enable', CAMERA_UNIT] }] as const)),
	];
}

/** Ends and removes the service. The configuration and its keys stay, unless `purge` names the cameras. */
export function uninstallSteps(root: string, purge: readonly string[] | undefined): Step[] {
	const systemctl = ['systemctl', ...(root === '' ? [] : [`--root=${root}`])] as const;
	const now = root === '' ? ['--now'] : [];
	return [
		{ do: 'run', command: [...systemctl, 'disable', ...now, CAMERA_UNIT], mayFail: true },
		{ do: 'remove', path: CAMERA_UNIT_PATH },
		...(root === '' ? ([{ do: 'run', command: ['systemctl', 'daemon-reload'] }] as const) : []),
		...(purge === undefined
			? []
			: [...purge.map((name) => join(FOLDER, `${name}.key`)), SYSTEM_CAMERA_FILE, USERS_PATH].map(
					(path): Step => ({ do: 'remove', path }),
				)),
	];
}

/** The first folder or file on the way to `path` that only some users can pass; undefined if every user can. */
export function closedTo(path: string): string | undefined {
	const folder = dirname(path);
	const above = folder === path ? undefined : closedTo(folder);
	const wanted = statSync(path).isDirectory() ? 0o001 : 0o004;
	return above ?? ((statSync(path).mode & wanted) === 0 ? path : undefined);
}
