import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts, freePorts, listening } from '../testbed/ports.mjs';
import { canPin, onTestbed, SERVER_CORE } from '../testbed/testbed.mjs';

/** How often is tried whether the port is open. */
const LOOK_MS = 2;
const CAMERA = 'rest';
const PIN = canPin ? ['taskset', '-c', String(SERVER_CORE)] : [];

const oriel = (root) => [process.execPath, join(root, 'packages', 'cli', 'bin', 'oriel.mjs')];

/** Milliseconds that `node -e 0` takes. */
export async function bareStart() {
	return timeOf([process.execPath, '-e', '0']);
}

/** Milliseconds that the program takes to tell its version. */
export async function versionStart(root) {
	return timeOf([...oriel(root), '--version']);
}

/** Milliseconds from the start of a relay to its open port. */
export function relayStart(root) {
	return withRelay(root, async ({ port, startedAt }) => {
		while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		return performance.now() - startedAt;
	});
}

/** Resident bytes of a relay without cameras or viewers after so many seconds. */
export function idleRelay(root, seconds) {
	return withRelay(root, async ({ port, actor, testbed }) => {
		await testbed.guard(listening(port));
		await testbed.wait(seconds);
		return residentBytes(actor.pid);
	});
}

/** Resident bytes of an agent without viewers after so many seconds. */
export function idleAgent(root, seconds) {
	return withRelay(root, async ({ port, data, testbed }) => {
		await testbed.guard(listening(port));
		const key = addKey(root, data, CAMERA);
		const options = ['--name', CAMERA, '--source', 'test'];
		const command = [
			'env',
			`ORIEL_CAMERA_KEY=${key}`,
			...oriel(root),
			'camera',
			`http://127.0.0.1:${port}`,
			...options,
		];
		const agent = testbed.start('agent', command, { core: SERVER_CORE });
		await testbed.wait(seconds);
		return residentBytes(agent.pid);
	});
}

/** Resident bytes of a Node process that does nothing. */
export function idleNode(seconds) {
	return onTestbed(async (testbed) => {
		const { pid } = testbed.start('node', [process.execPath, '-e', 'setInterval(() => {}, 1000)'], {
			core: SERVER_CORE,
		});
		await testbed.wait(seconds);
		return residentBytes(pid);
	});
}

function addKey(root, data, camera) {
	const [program, ...args] = [...oriel(root), 'key', 'add', camera, '--data', data];
	const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
	const [key] = /oriel_key_\S+/.exec(stdout) ?? [];
	if (!key) throw new Error(`No key in ${stdout}`);
	return key;
}

function timeOf(command) {
	const [program, ...args] = [...PIN, ...command];
	const startedAt = performance.now();
	const { status } = spawnSync(program, args);
	if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
	return performance.now() - startedAt;
}

async function withRelay(root, act) {
	const data = mkdtempSync(join(tmpdir(), 'oriel-weight-'));
	try {
		return await onTestbed(async (testbed) => {
			const [port] = await freePorts(1);
			const startedAt = performance.now();
			const options = ['relay', '--data', data, '--host', '127.0.0.1', '--port', String(port)];
			const actor = testbed.start('relay', [...oriel(root), ...options], { core: SERVER_CORE });
			return act({ testbed, actor, port, data, startedAt });
		});
	} finally {
		rmSync(data, { recursive: true, force: true });
	}
}

function residentBytes(pid) {
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
	return 1024 * Number(kilobytes);
}
