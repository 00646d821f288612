import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, listening } from '../testbed/ports.mjs';
import { SERVER_CORE } from '../testbed/testbed.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const ORIEL = join(ROOT, 'packages', 'cli', 'bin', 'oriel.mjs');

/**
 * A server that is up: one camera in length-prefixed JPEG (lp-jpeg) may dial `seedPort`, viewers `port`.
 * @typedef {object} Server
 * @property {import('../testbed/testbed.mjs').Actor} actor
 * @property {number} port
 * @property {number} seedPort
 * @property {readonly string[]} viewers mode, path and header for the viewers: [mode, path, header]
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(testbed: import('../testbed/testbed.mjs').Testbed) => Promise<Server>} open
 */

/**
 * Who runs against whom. The relay comes with each of its two ways to viewers.
 * @param {import('./load/tools.mjs').LoadTools} tools
 * @returns {Contestant[]}
 */
export function contestants({ floor, live }) {
	return [
		...(floor ? [{ name: 'floor', open: (testbed) => openPlain(testbed, 'floor', floor) }] : []),
		{ name: 'bare', open: (testbed) => openPlain(testbed, 'bare', [process.execPath, join(HERE, 'bare-loop.mjs')]) },
		{ name: 'relay', open: (testbed) => openRelay(testbed, ['mjpeg', '/cameras/bench/stream.mjpg']) },
		...(live ? [{ name: 'relay-live', open: (testbed) => openRelay(testbed, ['live', '/live']) }] : []),
	];
}

/**
 * The same by TLS, all with the same certificate. There is no floor: C against C would measure OpenSSL alone.
 * @param {import('./load/tools.mjs').LoadTools} tools
 * @param {Certificate} certificate
 * @returns {Contestant[]}
 */
export function tlsContestants({ live }, certificate) {
	const { cert, key } = certificate;
	const bare = [process.execPath, join(HERE, 'bare-loop.mjs')];
	const relay = (viewers) => (testbed) => openRelay(testbed, viewers, { certificate });
	return [
		{ name: 'bare', open: (testbed) => openPlain(testbed, 'bare', bare, [cert, key]) },
		{ name: 'relay', open: relay(['mjpeg', '/cameras/bench/stream.mjpg']) },
		...(live ? [{ name: 'relay-live', open: relay(['live', '/live']) }] : []),
	];
}

/**
 * Files with a certificate for loopback and its key, EC P-256, as the relay makes them for itself.
 * @typedef {{cert: string, key: string}} Certificate
 * @param {string} folder
 * @returns {Promise<Certificate>}
 */
export async function makeCertificate(folder) {
	const tls = join(ROOT, 'packages', 'relay', 'dist', 'tls');
	const { newPrivateKey } = await import(join(tls, 'key-pair.js'));
	const { selfSigned } = await import(join(tls, 'self-signed.js'));
	const key = newPrivateKey();
	const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
	writeFileSync(files.key, key, { mode: 0o600 });
	writeFileSync(files.cert, selfSigned({ names: ['127.0.0.1'], key, now: Date.now() }));
	return files;
}

async function openPlain(testbed, name, command, more = []) {
	const [seedPort, port] = await freePorts(2);
	const actor = testbed.start(name, [...command, String(seedPort), String(port), ...more], { core: SERVER_CORE });
	await testbed.guard(listening(port));
	return { actor, port, seedPort, viewers: ['mjpeg', '/', ''] };
}

/**
 * A relay with a new data directory, a seed camera `bench` and a token for its viewers.
 * @param {import('../testbed/testbed.mjs').Testbed} testbed
 * @param {readonly string[]} viewers mode and path
 * @param {{nodeOptions?: readonly string[], ipc?: boolean, cameras?: readonly string[], certificate?: Certificate}} [options] cameras: those that get a key
 * @returns {Promise<Server & {keys: Record<string, string>}>} keys: of the cameras asked for
 */
export async function openRelay(testbed, viewers, { nodeOptions = [], ipc = false, cameras = [], certificate } = {}) {
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
		...(certificate ? { 'tls-cert': certificate.cert, 'tls-key': certificate.key, 'http-port': 0 } : {}),
	};
	const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const command = [process.execPath, ...nodeOptions, ORIEL, 'relay', ...args];
	const actor = testbed.start('relay', command, { core: SERVER_CORE, ipc });
	actor.child.once('close', () => rmSync(data, { recursive: true, force: true }));
	await testbed.guard(listening(port));
	return { actor, port, seedPort, viewers: [...viewers, `Authorization: Bearer ${token}`], keys };
}
