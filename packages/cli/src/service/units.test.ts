import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cameraUnit } from './camera-unit.ts';
import { unitWord } from './quote.ts';

const DEPLOY = fileURLToPath(new URL('../../../../deploy/', import.meta.url));

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-units-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What systemd has to say of a unit: verify ends with 0 on typing mistakes, so only silence is good. */
function verify(name: string, text: string) {
	const path = join(folder, name);
	writeFileSync(path, text);
	const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
	return { status, stderr, error };
}

/** How exposed systemd finds it, 0 to 10. */
function exposure(name: string): number {
	const args = ['security', '--offline=true', '--no-pager', join(folder, name)];
	const { stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
	const [, level = '10'] = /Overall exposure level for \S+ (\d+\.\d)/.exec(stdout) ?? [];
	return Number(level);
}

const HERE = {
	command: [process.execPath, '/a b/oriel.mjs', 'camera', '--config', '/etc/oriel/camera.yaml'],
	needsHome: false,
};
/** The units name programs where they will be; here they are elsewhere. */
const local = (text: string) => text.replace('=/usr/bin/node ', `=${process.execPath} `);

const UNITS = [
	['oriel-camera.service', cameraUnit(HERE), 2],
	['oriel-camera.service', cameraUnit({ ...HERE, needsHome: true }), 2.2],
	['oriel-relay.service', local(readFileSync(join(DEPLOY, 'oriel-relay.service'), 'utf8')), 1.8],
	['oriel-push.service', readFileSync(join(DEPLOY, 'armv6/oriel-push.service'), 'utf8'), 1.9],
] as const;

describe('the units', () => {
	it.each(UNITS)('%s # is accepted by systemd without a word, and exposes little', (name, text, most) => {
		expect(verify(name, text)).toEqual({ status: 0, stderr: '', error: undefined });
		expect(exposure(name)).toBeLessThanOrEqual(most);
	});

	it('are really looked at: a typing mistake shows', () => {
		expect(verify('typo.service', cameraUnit(HERE).replace('ProtectClock', 'ProtectClok')).stderr).toContain(
			'ProtectClok',
		);
	});

	it('run no camera as root, and hide no camera from their user', () => {
		for (const [name, text] of UNITS) {
			expect(text, name).toMatch(/^(User=oriel|DynamicUser=yes)$/m);
			expect(text, name).toMatch(/^NoNewPrivileges=yes$/m);
			expect(text, name).toMatch(/^Restart=always$/m);
			if (name === 'oriel-relay.service') continue;
			expect(text, name).toMatch(/^SupplementaryGroups=video/m);
			expect(text, name).toMatch(/^DeviceAllow=char-video4linux rw$/m);
			expect(text, name).not.toMatch(/^Private(Devices|Users)=/m);
		}
	});

	it.each([
		['/usr/bin/node', '/usr/bin/node'],
		['/a b/c', '"/a b/c"'],
		['50%', '50%%'],
		['$HOME', '"$$HOME"'],
		['say "hi"\\', '"say \\"hi\\"\\\\"'],
		['', '""'],
	])('write %j so that it stays one word', (word, written) => {
		expect(unitWord(word)).toBe(written);
	});
});

describe('the sysctl file', () => {
	it('sets what it says, as comments and settings that sysctl reads', () => {
		const lines = readFileSync(join(DEPLOY, '90-oriel.conf'), 'utf8').trim().split('\n');
		const settings = lines.filter((line) => !line.startsWith('#'));
		expect(settings).toEqual(['net.ipv4.tcp_notsent_lowat = 131072']);
		expect(lines.length).toBeGreaterThan(4);
	});
});
