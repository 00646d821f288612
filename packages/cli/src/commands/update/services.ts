import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../options/read.ts';
import { CAMERA_UNIT } from '../../service/camera-unit.ts';
import { RELAY_UNIT } from '../../service/relay-service.ts';

/** The services of Oriel that run on this machine, or as this user. */
export interface Services {
	readonly isRelayActive: boolean;
	/** Names of units that send cameras. */
	readonly cameras: readonly string[];
	/** Whether a unit runs, and is not about to be started again after it failed. */
	isActive(unit: string): boolean;
	/** Starts a unit again; throws with what systemctl says. */
	restart(unit: string): void;
	stop(unit: string): void;
}

/** None where there is no systemd. */
export function servicesHere(env: Environment, isRoot = process.getuid?.() === 0): Services {
	const scope = isRoot ? [] : ['--user'];
	const systemctl = (...words: string[]) => spawnSync('systemctl', [...scope, ...words], { encoding: 'utf8' });
	const isActive = (unit: string) => systemctl('is-active', unit).status === 0;
	const tell = (verb: 'restart' | 'stop', unit: string) => {
		const { status, stderr, error } = systemctl(verb, unit);
		if (status === 0) return;
		throw new Error(`systemctl ${verb} ${unit}: ${error?.message ?? (stderr.trim() || `code ${status}`)}`);
	};
	const units = isRoot ? [CAMERA_UNIT] : unitsOfUser(env);
	const hasSystemd = existsSync('/run/systemd/system');
	return {
		isRelayActive: hasSystemd && isRoot && isActive(RELAY_UNIT),
		cameras: hasSystemd ? units.filter(isActive) : [],
		isActive,
		restart: (unit) => tell('restart', unit),
		stop: (unit) => tell('stop', unit),
	};
}

/** As install.sh calls them. */
function unitsOfUser({ XDG_CONFIG_HOME }: Environment): string[] {
	const folder = join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'systemd', 'user');
	const names = existsSync(folder) ? readdirSync(folder) : [];
	return names.filter((name) => /^oriel-camera-.*\.service$/.test(name));
}
