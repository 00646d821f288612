import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePorts, listening } from '../testbed/ports.mjs';
import { SERVER_CORE } from '../testbed/testbed.mjs';

/** Cameras that only fill the lists: what is done for each of them is done a hundred times. */
const MANY = Array.from({ length: 100 }, (_, index) => `camera-${index + 1}`);
const HOSTILE = 'hostile';
const PASSWORD = 'a quiet evening at the lake';

/**
 * A relay of the checkout at `root`, with everything that an attacker may have been given. It is set up as an owner would do
 * it, over HTTP, so that any version can be measured.
 * @param {import('../testbed/testbed.mjs').Testbed} testbed
 * @param {string} root
 * @returns {Promise<import('../fanout/contestants.mjs').Server & {target: object}>}
 */
export async function openTarget(testbed, root) {
	const [seedPort, port] = await freePorts(2);
	const data = mkdtempSync(join(tmpdir(), 'oriel-flood-'));
	const seed = { 'seed-port': seedPort, 'seed-camera': 'bench', 'seed-allow': '127.0.0.1' };
	const flags = { data, host: '127.0.0.1', port, ...seed };
	const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const oriel = join(root, 'packages', 'cli', 'bin', 'oriel.mjs');
	const probe = pathToFileURL(join(import.meta.dirname, 'probe.mjs')).href;
	const command = [process.execPath, '--import', probe, oriel, 'relay', ...args];
	const actor = testbed.start('relay', command, { core: SERVER_CORE, ipc: true });
	actor.child.once('close', () => rmSync(data, { recursive: true, force: true }));
	const setup = setupToken(actor.child);
	await testbed.guard(listening(port));
	const given = await testbed.guard(setUp(`http://127.0.0.1:${port}`, await testbed.guard(setup)));
	const viewers = ['live', '/live', `Authorization: Bearer ${given.token}`];
	return { actor, port, seedPort, viewers, target: { ...given, port, camera: 'bench', hostileCamera: HOSTILE } };
}

/** The token of the link that a new relay prints for its owner. */
function setupToken(child) {
	return new Promise((resolve) => {
		let text = '';
		const look = (chunk) => {
			text += chunk;
			const [, token] = /#setup=(\S+)/.exec(text) ?? [];
			if (token) resolve(token);
		};
		child.stdout.on('data', look);
		child.stderr.on('data', look);
	});
}

async function setUp(url, token) {
	let cookie = '';
	const post = async (path, body) => {
		const headers = { 'content-type': 'application/json', origin: url, ...(cookie ? { cookie } : {}) };
		const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
		if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
		cookie ||= answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
		return answer.json();
	};
	await post('/api/setup', { token, password: PASSWORD });
	const keyOf = async (camera) => {
		const { code } = await post('/api/pairings', { camera });
		return (await post('/api/join', { code, machine: 'bench' })).key;
	};
	for (const camera of MANY) await keyOf(camera);
	const key = await keyOf(HOSTILE);
	const { token: share } = await post('/api/links', { label: 'flood', cameras: [HOSTILE] });
	return { key, share, token: (await post('/api/tokens', { label: 'flood' })).secret };
}
