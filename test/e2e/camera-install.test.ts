import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oriel, Program, ROOT } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const KEY = 'oriel_key_'.padEnd(40, 'k');

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-install-'));
	writeFileSync(join(folder, 'porch.key'), KEY, { mode: 0o600 });
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
	await using program = oriel(args);
	const { code } = await program.ended;
	return { code, stdout: program.stdout, stderr: program.stderr };
}

const install = (...args: string[]) =>
	run(['camera', 'install', 'http://relay:8080', '--name', 'porch', '--key-file', join(folder, 'porch.key'), ...args]);

describe('oriel camera install', () => {
	it('--dry-run prints a unit that systemd accepts without a word, no key, and does nothing', async () => {
		const { code, stdout } = await install('--dry-run', '--root', join(folder, 'image'));
		expect(code).toBe(0);
		expect(stdout).not.toContain(KEY);
		expect(readdirSync(folder)).toEqual(['porch.key']);
		const [, unit = ''] = /oriel-camera\.service {2}\(root:root 0644\):\n((?: {4}\| .*\n)+)/.exec(stdout) ?? [];
		const path = join(folder, 'oriel-camera.service');
		writeFileSync(path, unit.replaceAll(/^ {4}\| /gm, ''));
		const verified = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
		expect([verified.status, verified.stderr]).toEqual([0, '']);
		const rated = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', path]);
		expect(rated.status, 'exposure of 2.0 at most').toBe(0);
	});

	it('prepares a machine, twice with the same result, adds a camera, and takes it all away', async () => {
		const image = join(folder, 'image');
		mkdirSync(join(image, 'etc/systemd/system'), { recursive: true });
		if (process.getuid?.() !== 0) {
			expect(await install('--root', image)).toMatchObject({ code: 1, stderr: expect.stringContaining('sudo oriel') });
			return;
		}
		expect(await install('--root', image, '--size', '320x240')).toMatchObject({ code: 0 });
		const at = (path: string) => join(image, path);
		const [, , group] = /^oriel:(.*):(\d+):/m.exec(readFileSync(at('etc/group'), 'utf8')) ?? [];
		const belonging = (path: string) => {
			const { uid, gid, mode } = statSync(at(path));
			return [uid, String(gid), (mode & 0o777).toString(8)];
		};
		expect(belonging('etc/oriel')).toEqual([0, group, '750']);
		expect(belonging('etc/oriel/porch.key')).toEqual([0, group, '640']);
		expect(belonging('etc/oriel/camera.yaml')).toEqual([0, group, '640']);
		expect(readFileSync(at('etc/oriel/porch.key'), 'utf8')).toBe(`${KEY}\n`);
		const wants = at('etc/systemd/system/multi-user.target.wants/oriel-camera.service');
		expect(readlinkSync(wants)).toMatch(/oriel-camera\.service$/);

		const before = statSync(at('etc/oriel/camera.yaml'));
		expect(await run(['camera', 'install', '--root', image])).toMatchObject({ code: 0 });
		expect(statSync(at('etc/oriel/camera.yaml')), 'not even written').toMatchObject({
			ino: before.ino,
			mtimeMs: before.mtimeMs,
		});

		await run([
			'camera',
			'install',
			'--root',
			image,
			'--name',
			'yard',
			'--key-file',
			join(folder, 'porch.key'),
			'--fps',
			'5',
		]);
		const text = readFileSync(at('etc/oriel/camera.yaml'), 'utf8');
		expect(text).toMatch(
			/porch:\n {4}size: 320x240\n {4}key-file: porch\.key\n {2}yard:\n {4}fps: 5\n {4}key-file: yard\.key\n/,
		);

		expect(await run(['camera', 'uninstall', '--root', image])).toMatchObject({ code: 0 });
		expect([existsSync(wants), existsSync(at('etc/oriel/camera.yaml'))]).toEqual([false, true]);
		await run(['camera', 'uninstall', '--root', image, '--purge']);
		expect(readdirSync(at('etc/oriel'))).toEqual([]);
	});

	it('takes the key, relay and title that "oriel camera join" has left', async () => {
		const state = join(folder, 'state');
		mkdirSync(state, { mode: 0o700 });
		const joined = {
			format: 1,
			camera: 'porch',
			title: 'The porch',
			relays: ['https://cam.example.org'],
			pin: null,
			key: KEY,
		};
		writeFileSync(join(state, 'porch.json'), JSON.stringify(joined), { mode: 0o600 });
		const { code, stdout } = await run(['camera', 'install', '--dry-run', '--state-dir', state]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/porch\.key/);
		expect(stdout).toContain('relay: "https://cam.example.org"');
		expect(stdout).toContain('title: The porch');
		expect(stdout).not.toContain(KEY);
	});

	it.each([
		[['--source', '-'], 'a service has no standard input'],
		[['--source', 'tset'], 'camera porch: the source tset is not known'],
		[['--fps', '0'], '--fps: "0" cannot be used'],
	])('refuses %j with exit code 2', async (args, words) => {
		const { code, stderr } = await install('--dry-run', '--root', join(folder, 'image'), ...args);
		expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
	});
});

/** A camera program that notes its arguments and makes the same JPEG again and again. */
const FAKE_CAMERA = `#!/bin/sh
printf '%s\\n' "$@" >"$NOTES"
while cat "$PICTURE"; do sleep 0.1; done
`;

/** The command line of every process whose own contains `part`. */
function commandLines(part: string): string[] {
	const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	return all.flatMap((pid) => {
		try {
			const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
			return line.includes(part) ? [line.replaceAll('\0', ' ')] : [];
		} catch {
			return [];
		}
	});
}

describe('a board without Node', () => {
	it('sends its camera with curl: a picture comes, no shell reads a setting, no argument shows the key', async () => {
		await using relay = await RelayProcess.start();
		const key = await relay.addKey('zero');
		const authorization = `Bearer ${await relay.addToken()}`;
		const at = (name: string) => join(folder, name);
		const jpeg = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120', '-frames:v', '1', '-f', 'mjpeg', at('picture.jpg')];
		expect(spawnSync('ffmpeg', ['-loglevel', 'error', ...jpeg]).status).toBe(0);
		mkdirSync(at('bin'));
		writeFileSync(at('bin/rpicam-vid'), FAKE_CAMERA);
		chmodSync(at('bin/rpicam-vid'), 0o755);
		writeFileSync(at('header'), `Authorization: Bearer ${key}\n`, { mode: 0o600 });
		const hostile = `0; touch ${at('gotcha')} $(touch ${at('gotcha')}) "`;
		const env = {
			PATH: `${at('bin')}:${process.env.PATH}`,
			NOTES: at('notes'),
			PICTURE: at('picture.jpg'),
			RUNTIME_DIRECTORY: folder,
			ORIEL_HEADER_FILE: at('header'),
			ORIEL_RELAY: `${relay.url}/`,
			ORIEL_NAME: 'zero',
			ORIEL_CODEC: 'mjpeg',
			ORIEL_ROTATION: hostile,
		};
		const script = join(ROOT, 'deploy/armv6/oriel-push');
		await using push = new Program('/bin/sh', [script], { env });
		const picture = await until('a picture', async () => {
			const response = await fetch(`${relay.url}/cameras/zero/snapshot.jpg`, { headers: { authorization } });
			return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
		});
		expect(picture.equals(readFileSync(at('picture.jpg')))).toBe(true);
		expect(readFileSync(at('notes'), 'utf8').split('\n')).toContain(hostile);
		expect(existsSync(at('gotcha'))).toBe(false);
		expect(commandLines('/cameras/zero/ingest')).toHaveLength(1);
		expect(commandLines(key)).toEqual([]);

		await push.end('SIGTERM'); // the shell has become curl
		await until('the camera program to end, too', () => commandLines(at('bin/rpicam-vid')).length === 0);
	});

	it('ends with a reason when the relay refuses the key, or when there is no camera program', async () => {
		await using relay = await RelayProcess.start();
		cpSync('/bin/true', join(folder, 'rpicam-vid'));
		writeFileSync(join(folder, 'header'), `Authorization: Bearer ${KEY}\n`);
		const env = {
			RUNTIME_DIRECTORY: folder,
			ORIEL_HEADER_FILE: join(folder, 'header'),
			ORIEL_RELAY: relay.url,
			ORIEL_NAME: 'x',
		};
		const script = join(ROOT, 'deploy/armv6/oriel-push');
		await using refused = new Program('/bin/sh', [script], { env: { ...env, PATH: `${folder}:${process.env.PATH}` } });
		expect((await refused.ended).code).toBe(22);
		expect(refused.stderr).toContain('401');
		await using nothing = new Program('/bin/sh', [script], { env });
		expect((await nothing.ended).code).toBe(1);
		expect(nothing.stderr).toContain('Run: sudo apt install rpicam-apps-lite');
	});
});
