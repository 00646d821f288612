// install.sh as a relay serves it, on machines of their own: what it leaves there, and how it stops.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OtherMachine } from '@oriel/testing/other-machine';
import { oriel, ROOT } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'));

const ONE_JPEG = ['-frames:v', '1', '-f', 'mjpeg', '-'];
const ON_LOOPBACK = ['--host', '127.0.0.1', '--port', '0', '--http-port', '0'];

let relay: RelayProcess;
let cookie = '';
let script = '';

beforeAll(async () => {
	relay = await RelayProcess.start();
	cookie = await relay.setUp();
	script = await (await fetch(`${relay.url}/install.sh`)).text();
});
afterAll(() => relay[Symbol.asyncDispose]());

/** The line for a camera that the page shows; root needs no sudo. */
async function lineFor(camera: string, replace = false): Promise<string> {
	const headers = { cookie, 'content-type': 'application/json' };
	const body = JSON.stringify({ camera, replace });
	const made = await fetch(`${relay.url}/api/pairings`, { method: 'POST', headers, body });
	const { code, commands } = (await made.json()) as { code: string; commands: { join: string } };
	noteSecretsIn(code);
	return commands.join.replace('| sudo ', '| ');
}

/** The code in that line. */
const codeFor = async (camera: string) => (await lineFor(camera)).split(' ').at(-1) ?? '';

const snapshot = async (camera: string) =>
	(await fetch(`${relay.url}/cameras/${camera}/snapshot.jpg`, { headers: { cookie } })).status;

/** What a run of the script has changed, by path. */
function differences(before: Map<string, string>, after: Map<string, string>): string[] {
	const paths = [...new Set([...before.keys(), ...after.keys()])];
	return paths.filter((path) => before.get(path) !== after.get(path) && !path.startsWith('/tmp/'));
}

describe('install.sh', () => {
	it('has nothing that shellcheck would complain of', () => {
		const files = ['deploy/install.sh', 'deploy/armv6/oriel-push'].map((name) => join(ROOT, name));
		const { status, stdout, error } = spawnSync('shellcheck', files, { encoding: 'utf8' });
		expect([status, stdout, error]).toEqual([0, '', undefined]);
	});

	it('makes a machine a camera that stays, twice with the same result, and takes everything away again', async () => {
		await using machine = await OtherMachine.start();
		const fresh = machine.changes();
		const line = `${await lineFor('porch')} --source test`;
		const first = await machine.done(line);
		expect(first, first.stdout + first.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringContaining('The first picture of "porch" has arrived'),
		});
		expect(await snapshot('porch')).toBe(200);
		expect(machine.read('/etc/systemd/system/oriel-camera.service')).toMatch(
			/^ExecStart=\S+\/node \/opt\/oriel\/current\/bin\/oriel\.mjs camera --config /m,
		);
		expect((await machine.done('oriel --version')).stdout).toBe(`${VERSION}\n`);

		const before = machine.changes();
		const told = machine.told;
		const second = await machine.done(line);
		expect(second, second.stdout + second.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/is here already\n.*has joined by this code already[\s\S]*has arrived/),
		});
		expect(differences(before, machine.changes())).toEqual([]);
		expect(machine.told.slice(told.length)).not.toContainEqual(expect.stringContaining('restart'));

		// A new key in place of the old one, by a new code.
		const old = machine.read('/etc/oriel/porch.key');
		const renewed = await machine.done(await lineFor('porch', true));
		expect(renewed, renewed.stdout + renewed.stderr).toMatchObject({ code: 0 });
		expect(machine.read('/etc/oriel/porch.key')).toMatch(/^oriel_key_/);
		expect(machine.read('/etc/oriel/porch.key')).not.toBe(old);

		const gone = await machine.done(`curl -fsS ${relay.url}/install.sh | sh -s -- --uninstall`);
		expect(gone, gone.stderr).toMatchObject({ code: 0 });
		// The user of the service leaves its traces in the machine's own lists only.
		const left = differences(fresh, machine.changes());
		expect(left.filter((path) => !/^\/etc\/(\.pwd\.lock|(passwd|group|g?shadow|sub[ug]id)-?)$/.test(path))).toEqual([]);
		expect(machine.read('/etc/passwd')).not.toMatch(/^oriel:/m);
	});
});

it('the package that a relay serves is one that npm installs', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'oriel-served-'));
	const tarball = join(folder, 'oriel.tgz');
	writeFileSync(tarball, Buffer.from(await (await fetch(`${relay.url}/oriel-${VERSION}.tgz`)).arrayBuffer()));
	const listed = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
	expect([listed.status, listed.stderr]).toEqual([0, '']);
	const own = ['LICENSE', 'NOTICES', 'package.json', 'bin/oriel.mjs', 'dist/bundle/main.js', 'dist/page/index.html'];
	expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(own.map((name) => `package/${name}`)));
	const args = ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'), tarball];
	expect(spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })).toMatchObject({ status: 0 });
	const asked = spawnSync(join(folder, 'node_modules', '.bin', 'oriel'), ['--version'], { encoding: 'utf8' });
	expect(asked.stdout).toBe(`${VERSION}\n`);
	rmSync(folder, { recursive: true });
});

/** A server that answers each path with what `answer` gives. */
async function serve(
	answer: (path: string, response: ServerResponse) => void,
): Promise<AsyncDisposable & { url: string }> {
	const server = createServer(({ url = '' }, response) => answer(url, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		[Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
	};
}

/** The script as a relay at `url` would serve it. */
const scriptFrom = (url: string) => script.replace(relay.url, url);
/** The script of a program whose bytes are others. */
const ofOtherBytes = (text: string) => text.replace(/SHA256='../, "SHA256='zz");

describe('what goes wrong', () => {
	let machine: OtherMachine;
	let before: Map<string, string>;

	beforeAll(async () => {
		machine = await OtherMachine.start();
		machine.write('/root/good.sh', script);
		const installed = await machine.done(`sh /root/good.sh join ${await codeFor('gate')} --source test`);
		expect(installed, installed.stdout + installed.stderr).toMatchObject({ code: 0 });
		before = machine.changes();
	});
	afterAll(() => machine[Symbol.asyncDispose]());

	/** Runs a script that is to fail, and looks whether everything is as it was. */
	async function fails(text: string, words: string, setUp = ':', tidyUp = ':'): Promise<void> {
		machine.write('/tmp/install.sh', text);
		expect((await machine.done(setUp)).code).toBe(0);
		const ended = await machine.done(`sh /tmp/install.sh join ${await codeFor('other')}`);
		await machine.done(tidyUp);
		expect(ended.code, ended.stdout).toBe(1);
		expect(ended.stderr).toContain(words);
		expect(differences(before, machine.changes())).toEqual([]);
		expect((await machine.done('oriel --version && systemctl is-active oriel-camera.service')).code).toBe(0);
	}

	it('a changed byte in the script', () => fails(ofOtherBytes(script), 'another checksum'));

	it('a changed byte in the package', async () => {
		const tarball = Buffer.from(await (await fetch(`${relay.url}/oriel-${VERSION}.tgz`)).arrayBuffer());
		tarball[tarball.length >> 1] = (tarball[tarball.length >> 1] ?? 0) ^ 1;
		await using mirror = await serve((_path, response) => response.end(tarball));
		await fails(scriptFrom(mirror.url).replace(/SHA256='.{8}/, "SHA256='00000000"), 'another checksum');
	});

	it('a download that breaks off', async () => {
		await using mirror = await serve((_path, response) => {
			response.writeHead(200, { 'content-length': 600_000 });
			response.write(Buffer.alloc(1000), () => response.destroy());
		});
		await fails(ofOtherBytes(scriptFrom(mirror.url)), 'the download broke off');
	});

	it('a relay that does not answer', () =>
		fails(ofOtherBytes(scriptFrom('http://127.0.0.1:1')), 'there is no connection'));

	it('a full disk', () =>
		fails(
			ofOtherBytes(script),
			'Is the disk full?',
			'mkdir -p /opt/oriel/.new && cp -a /opt/oriel /tmp/kept && mount -t tmpfs -o size=3m tmpfs /opt/oriel && cp -a /tmp/kept/. /opt/oriel && ! dd if=/dev/zero of=/opt/oriel/fill bs=1k count=4000 2>/dev/null',
			'umount /opt/oriel; rmdir /opt/oriel/.new; rm -rf /tmp/kept',
		));

	it('no curl', () =>
		fails(ofOtherBytes(script), 'curl is missing', 'mount --bind /etc/passwd /usr/bin/curl', 'umount /usr/bin/curl'));

	it('half a script: nothing of it runs', async () => {
		for (const share of [0.3, 0.6, 0.9]) {
			machine.write('/tmp/install.sh', ofOtherBytes(script).slice(0, script.length * share));
			await machine.done(`sh -s -- join ABC </tmp/install.sh`);
			expect(differences(before, machine.changes())).toEqual([]);
		}
	});

	it('no code, or one that is none', async () => {
		for (const words of ['', 'join', "join 'a b'", 'fly']) {
			expect(await machine.done(`sh /root/good.sh ${words}`)).toMatchObject({
				code: 1,
				stderr: expect.stringContaining('expected'),
			});
		}
	});

	it('a code that was used', async () => {
		const code = await codeFor('used');
		await fetch(`${relay.url}/api/join`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ code }),
		});
		const ended = await machine.done(`sh /root/good.sh join ${code}`);
		expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('was used already') });
	});

	it('no camera: the reason is said as the relay has it', async () => {
		const ended = await machine.done(`sh /root/good.sh join ${await codeFor('missing')} --source /dev/video99`, {
			ORIEL_WAIT_S: '3',
		});
		expect(ended.code).toBe(1);
		expect(ended.stderr).toMatch(/no picture has arrived: the camera brings none\. .*\/dev\/video99/);
	});
});

describe('a machine whose Node is too old', () => {
	const NAME = 'node-v22.21.1-linux-x64';
	const folder = mkdtempSync(join(tmpdir(), 'oriel-node-'));
	let archive: Buffer;
	let patched: string;

	beforeAll(() => {
		// In place of the official build, which is 50 MB: the Node of this machine, called by another name.
		mkdirSync(join(folder, NAME, 'bin'), { recursive: true });
		const caller = '#!/bin/sh\nexec /usr/lib/some-node "$@"\n';
		writeFileSync(join(folder, NAME, 'bin', 'node'), caller, { mode: 0o755 });
		writeFileSync(join(folder, NAME, 'LICENSE'), '');
		archive = spawnSync('tar', ['-cz', '-C', folder, NAME]).stdout;
		const sum = createHash('sha256').update(archive).digest('hex');
		patched = script.replace(/(linux-x64\) say )[0-9a-f]{64}/, `$1${sum}`);
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	/** A machine with Node 18. */
	async function older(): Promise<OtherMachine> {
		const machine = await OtherMachine.start();
		await machine.done(`cp ${process.execPath} /usr/lib/some-node; rm -f /usr/bin/node /usr/local/bin/node`);
		machine.write('/usr/bin/node', '#!/bin/sh\n[ "$1" = --version ] && echo v18.20.8 && exit\nexit 1\n', 0o755);
		machine.write('/root/install.sh', script);
		machine.write('/root/patched.sh', patched);
		return machine;
	}

	it('gets an official one, if it has the published checksum', async () => {
		await using machine = await older();
		const asked: string[] = [];
		await using mirror = await serve((path, response) => {
			asked.push(path);
			response.end(archive);
		});
		const env = { ORIEL_NODE_URL: mirror.url };
		const code = await codeFor('old-node');
		const foreign = await machine.done(`sh /root/install.sh join ${code} --source test`, env);
		expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the official build of Node') });
		expect(machine.read('/usr/local/bin/oriel')).toBeUndefined();

		const ended = await machine.done(`sh /root/patched.sh join ${code} --source test`, env);
		expect(ended, ended.stdout + ended.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/this machine has: v18\.20\.8\. Fetching 22\.21\.1/),
		});
		expect(asked).toEqual([`/${NAME}.tar.gz`, `/${NAME}.tar.gz`]);
		expect(machine.read('/usr/local/bin/oriel')).toContain('exec "/opt/oriel/node/bin/node"');
		const again = await machine.done('sh /root/patched.sh --uninstall');
		expect([again.code, machine.read('/opt/oriel/node/bin/node')]).toEqual([0, undefined]);
	});

	it('or is told what to do where there is none for it, or no connection', async () => {
		await using machine = await older();
		const code = await codeFor('no-node');
		const run = () => machine.done(`sh /root/install.sh join ${code}`, { ORIEL_NODE_URL: 'http://127.0.0.1:1' });
		expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no connection') });
		machine.write('/usr/bin/uname', '#!/bin/sh\n[ "$1" = -s ] && echo Linux || echo riscv64\n', 0o755);
		expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('install Node (Alpine: apk add') });
		expect(machine.read('/usr/local/bin/oriel')).toBeUndefined();
	});
});

it('a board on which Node does not run sends with curl', async () => {
	await using machine = await OtherMachine.start();
	const fresh = machine.changes();
	machine.write('/usr/bin/uname', '#!/bin/sh\n[ "$1" = -s ] && echo Linux || echo armv6l\n', 0o755);
	const jpeg = spawnSync('ffmpeg', [
		'-loglevel',
		'error',
		'-f',
		'lavfi',
		'-i',
		'testsrc2=s=160x120',
		...ONE_JPEG,
	]).stdout;
	machine.write('/root/picture.b64', jpeg.toString('base64'));
	await machine.done('base64 -d /root/picture.b64 >/root/picture.jpg');
	machine.write('/usr/bin/rpicam-vid', '#!/bin/sh\nwhile cat /root/picture.jpg; do sleep 0.1; done\n', 0o755);
	machine.write('/root/install.sh', script);
	const line = `sh /root/install.sh join ${await codeFor('zero')}`;
	const ended = await machine.done(line);
	expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('has arrived') });
	const before = machine.changes();
	expect(await machine.done(line)).toMatchObject({ code: 0 });
	const changed = differences(before, machine.changes());
	expect(
		changed.filter((path) => !path.startsWith('/usr/local/lib/oriel/') && !path.includes('/oriel-push.service')),
	).toEqual([]);
	expect(await machine.done('sh /root/install.sh --uninstall')).toMatchObject({ code: 0 });
	const left = differences(fresh, machine.changes());
	expect(left.filter((path) => !/^\/(root\/|usr\/bin\/)/.test(path))).toEqual([]);
});

describe('a user without root', () => {
	it('gets a service of its own, which is said not to outlast the session where it does not', async () => {
		await using machine = await OtherMachine.start();
		machine.write('/root/install.sh', script);
		machine.write('/usr/bin/loginctl', '#!/bin/sh\nexit 1\n', 0o755);
		await machine.done('mkdir -p /home/pi && chown 1234 /home/pi && chmod 755 /root && chmod 1777 /run');
		const as = 'setpriv --reuid 1234 --regid 1234 --clear-groups';
		const line = `${as} sh /root/install.sh join ${await codeFor('attic')} --source test --title '50% of "it" $HOME'`;
		const ended = await machine.done(line, { HOME: '/home/pi' });
		expect(ended, ended.stdout + ended.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/loginctl enable-linger[\s\S]*has arrived/),
		});
		const unit = machine.read('/home/pi/.config/systemd/user/oriel-camera-attic.service');
		expect(unit).toContain('"--title" "50%% of \\"it\\" $$HOME"');
		expect(await machine.done(`${as} sh /root/install.sh --uninstall`, { HOME: '/home/pi' })).toMatchObject({
			code: 0,
		});
		expect((await machine.done('find /home/pi -type f -o -type l')).stdout).toBe('');
		const refused = await machine.done(`${as} sh /root/install.sh relay`, { HOME: '/home/pi' });
		expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('needs root') });
	});
});

describe('a self-signed relay', () => {
	it('is known by its pin: by the script, and by the camera from then on', async () => {
		const data = mkdtempSync(join(tmpdir(), 'oriel-relay-'));
		await using own = oriel(['relay', '--tls', 'self-signed', '--log', 'json', '--data', data, ...ON_LOOPBACK]);
		const [, port] = await own.said(/"port":(\d+).*"msg":"relay listens"/);
		const url = `https://127.0.0.1:${port}`;
		const [, pin = ''] = await own.said(/--relay-pin sha256\/(\S+)/);
		const [, token = ''] = await own.said(/#setup=(\S+)/);
		noteSecretsIn(token);
		const post = (path: string, body: object, ...more: string[]) => {
			const json = ['-H', 'content-type: application/json', '-d', JSON.stringify(body), `${url}${path}`];
			return spawnSync('curl', ['-fsSk', ...more, ...json], { encoding: 'utf8' }).stdout;
		};
		const jar = join(data, 'cookies');
		post('/api/setup', { token, password: 'a quiet evening at the lake' }, '-c', jar);
		const { code, commands } = JSON.parse(post('/api/pairings', { camera: 'porch' }, '-b', jar));
		noteSecretsIn(code);

		await using machine = await OtherMachine.start();
		const wrong = `sha256/${Buffer.alloc(32, 7).toString('base64')}`;
		const line = `${commands.join.replace('| sudo ', '| ')} --source test`;
		expect(line).toContain(`--pinnedpubkey "sha256//${pin}"`);
		const refused = await machine.done(line.replace('| ', `| sed "s#^PIN=.*#PIN='${wrong}'#" | `));
		expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('the relay has another key') });
		expect(machine.read('/usr/local/bin/oriel')).toBeUndefined();
		const ended = await machine.done(line);
		expect(ended, ended.stdout + ended.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringContaining('has arrived'),
		});
		expect(machine.read('/etc/oriel/camera.yaml')).toContain(`relay-pin: sha256/${pin}`);
		await own.end('SIGTERM');
		rmSync(data, { recursive: true, force: true });
	});
});
