import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { parseCameraFile } from '../cameras/camera-file.ts';
import type { Overrides } from '../cameras/compose.ts';
import { closedTo, installSteps, uninstallSteps } from './camera-service.ts';
import { draftCameras } from './draft-cameras.ts';
import { stepWords } from './machine.ts';

const KEY = 'oriel_key_'.padEnd(40, 'k');
const OTHER = 'oriel_key_'.padEnd(40, 'o');

function draft(text: string, said: Partial<Overrides> = {}) {
	const read: string[] = [];
	const drafted = draftCameras({
		text,
		path: 'camera.yaml',
		said: { pictures: {}, ...said },
		nameless: () => 'raspberrypi',
		readKey(path) {
			read.push(path);
			return new Secret(KEY);
		},
	});
	const keys = Object.fromEntries([...drafted.keys].map(([name, key]) => [name, key.reveal()]));
	return { text: drafted.text, keys, read };
}

describe('a configuration to be installed', () => {
	it('is begun from options, each as the file would have it', () => {
		const pictures = {
			size: { width: 640, height: 480 },
			zoom: { x: 0, y: 0.5, width: 1, height: 0.5 },
			night: true,
			bitrate: 2_000_000,
		};
		const { text, keys } = draft('', {
			relay: 'https://cam.example.org',
			key: new Secret(OTHER),
			source: 'test',
			pictures,
		});
		expect(text).toBe(
			[
				'relay: "https://cam.example.org"',
				'cameras:',
				'  raspberrypi:',
				'    source: test',
				'    size: 640x480',
				'    zoom: 0,0.5,1,0.5',
				'    night: true',
				'    bitrate: 2000000',
				'    key-file: raspberrypi.key',
				'',
			].join('\n'),
		);
		expect(keys).toEqual({ raspberrypi: OTHER });
		expect(parseCameraFile(text, 'f').cameras.get('raspberrypi')).toMatchObject(pictures);
	});

	it('keeps comments and other cameras, and moves every key out', () => {
		const before = `# mine\nrelay: r:1\ncameras:\n  porch: # front\n    key: ${KEY}\n    fps: 5\n`;
		const { text, keys } = draft(before, { name: 'yard', relay: 'other:1', key: new Secret(OTHER) });
		expect(text).toContain('# mine');
		expect(text).toContain('# front');
		expect(text).not.toContain(KEY);
		expect(keys).toEqual({ porch: KEY, yard: OTHER });
		const { relay, cameras } = parseCameraFile(text, 'f');
		expect(relay).toBe('r:1');
		expect(cameras.get('porch')).toMatchObject({ 'key-file': 'porch.key', fps: 5 });
		expect(cameras.get('yard')).toMatchObject({ 'key-file': 'yard.key', relay: 'other:1' });
	});

	it('changes the only camera when none is named, and stays the same when nothing is said', () => {
		const before = 'relay: r:1\ncameras:\n  porch:\n    key-file: porch.key\n';
		const { text, read } = draft(before);
		expect([text, read]).toEqual([before, ['porch.key']]);
		expect(draft(text).text).toBe(text);
		expect(draft(before, { pictures: { fps: 3 } }).text).toContain('fps: 3');
	});

	it.each([
		['', {}, 'camera raspberrypi: there is no publish key for it here. Pair this machine first'],
		['', { key: new Secret(KEY) }, 'camera raspberrypi: no relay is named'],
		[
			'cameras:\n  a:\n    key-file: a\n  b:\n    key-file: b\n',
			{ title: 'T' },
			'say with --name which camera is meant',
		],
		['cameras:\n  a:\n    kye: a\n', {}, 'unknown key "kye"'],
	])('is refused: %j with %j', (text, said, words) => {
		expect(() => draft(text, said)).toThrow(words);
	});
});

describe('the steps of an installation', () => {
	const program = ['/usr/bin/node', '/opt/oriel/oriel.mjs'];
	const keys = new Map([['porch', new Secret(KEY)]]);

	it('make the user, then its files, then the unit, and show no secret', () => {
		const steps = installSteps({ text: 'x', keys }, true, { root: '', program });
		const words = steps.map(stepWords).join('');
		expect(words).not.toContain(KEY);
		expect(words).toContain('write  /etc/oriel/porch.key  (root:oriel 0640): a secret, not shown\n');
		expect(words).toContain('write  /etc/oriel/camera.yaml  (root:oriel 0640): a secret, not shown\n');
		expect(words).toMatch(
			/ExecStart=\/usr\/bin\/node \/opt\/oriel\/oriel\.mjs camera --config \/etc\/oriel\/camera\.yaml$/m,
		);
		expect(words.indexOf('systemd-sysusers')).toBeLessThan(words.indexOf('porch.key'));
		expect(words).toMatch(/daemon-reload\nrun {2}systemctl enable --now oriel-camera\.service\n$/);
	});

	it('let a program below /home be read, and on an image start nothing', () => {
		const image = installSteps({ text: 'x', keys }, false, {
			root: '/mnt',
			program: ['/home/pi/node', '/home/pi/o.mjs'],
		});
		const words = image.map(stepWords).join('');
		expect(words).toContain('ProtectHome=read-only');
		expect(words).toMatch(/run {2}systemctl --root=\/mnt enable oriel-camera\.service\n$/);
		expect(words).not.toMatch(/daemon-reload|--now/);
	});

	it('are undone in the other order; what the owner wrote stays unless asked', () => {
		const words = uninstallSteps('', undefined).map(stepWords).join('');
		expect(words).toBe(
			'run  systemctl disable --now oriel-camera.service\nremove  /etc/systemd/system/oriel-camera.service\nrun  systemctl daemon-reload\n',
		);
		expect(uninstallSteps('', ['porch']).map(stepWords).join('')).toContain('remove  /etc/oriel/porch.key\n');
	});
});

describe('a program', () => {
	it('is closed to the service where one folder on its way, or it itself, is', () => {
		const folder = mkdtempSync(join(tmpdir(), 'oriel-closed-'));
		const program = join(folder, 'opt/oriel.mjs');
		mkdirSync(join(folder, 'opt'), { mode: 0o755 });
		writeFileSync(program, '', { mode: 0o644 });
		expect(closedTo(program), 'a temporary folder is 0700').toBe(folder);
		chmodSync(folder, 0o711);
		expect(closedTo(program)).toBeUndefined();
		chmodSync(program, 0o600);
		expect(closedTo(program)).toBe(program);
		chmodSync(join(folder, 'opt'), 0o750);
		expect(closedTo(program)).toBe(join(folder, 'opt'));
		rmSync(folder, { recursive: true });
	});
});
