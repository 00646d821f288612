import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, listening } from '../stage/ports.mjs';
import { SERVER_CORE } from '../stage/stage.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const ORIEL = join(ROOT, 'packages', 'cli', 'bin', 'oriel.mjs');

/**
 * A server that is up: one camera in the seed's dialect may dial `seedPort`, viewers `port`.
 * @typedef {object} Server
 * @property {import('../stage/stage.mjs').Actor} actor
 * @property {number} port
 * @property {number} seedPort
 * @property {readonly string[]} viewers mode, path and header for the viewers: [mode, path, header]
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(stage: import('../stage/stage.mjs').Stage) => Promise<Server>} open
 */

/**
 * Who runs against whom. The relay comes with each of its two ways to viewers.
 * @param {import('./load/tools.mjs').LoadTools} tools
 * @returns {Contestant[]}
 */
export function contestants({ floor, live }) {
	return [
		...(floor ? [{ name: 'floor', open: (stage) => openPlain(stage, 'floor', floor) }] : []),
		{ name: 'bare', open: (stage) => openPlain(stage, 'bare', [process.execPath, join(HERE, 'bare-loop.mjs')]) },
		{ name: 'relay', open: (stage) => openRelay(stage, ['mjpeg', '/cameras/bench/stream.mjpg']) },
		...(live ? [{ name: 'relay-live', open: (stage) => openRelay(stage, ['live', '/live']) }] : []),
	];
}

async function openPlain(stage, name, command) {
	const [seedPort, port] = await freePorts(2);
	const actor = stage.start(name, [...command, String(seedPort), String(port)], { core: SERVER_CORE });
	await stage.guard(listening(port));
	return { actor, port, seedPort, viewers: ['mjpeg', '/', ''] };
}

/**
 * A relay with a new data directory, a seed camera `bench` and a token for its viewers.
 * @param {import('../stage/stage.mjs').Stage} stage
 * @param {readonly string[]} viewers mode and path
 * @param {{nodeOptions?: readonly string[], ipc?: boolean, cameras?: readonly string[]}} [options] cameras: those that get a key
 * @returns {Promise<Server & {keys: Record<string, string>}>} keys: of the cameras asked for
 */
export async function openRelay(stage, viewers, { nodeOptions = [], ipc = false, cameras = [] } = {}) {
	const [seedPort, port] = await freePorts(2);
	const data = mkdtempSync(join(tmpdir(), 'oriel-bench-'));
	const oriel = (...args) =>
		execFileSync(process.execPath, [ORIEL, ...args, '--data', data], { encoding: 'utf8' }).trim();
	const token = oriel('token', 'add', 'bench');
	const keys = Object.fromEntries(cameras.map((name) => [name, oriel('key', 'add', name)]));
	const flags = {
		data,
		host: '127.0.0.1',
		port,
		'seed-port': seedPort,
		'seed-camera': 'bench',
		'seed-allow': '127.0.0.1',
		// All viewers of the bench come from one machine.
		'max-connections-per-address': 10_000,
	};
	const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const command = [process.execPath, ...nodeOptions, ORIEL, 'relay', ...args];
	const actor = stage.start('relay', command, { core: SERVER_CORE, ipc });
	actor.child.once('close', () => rmSync(data, { recursive: true, force: true }));
	await stage.guard(listening(port));
	return { actor, port, seedPort, viewers: [...viewers, `Authorization: Bearer ${token}`], keys };
}
