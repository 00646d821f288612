import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentError } from '@oriel/agent';
import { Secret } from '@oriel/base';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../options/usage-error.ts';
import { acceptedKeys, parseCameraFile } from './camera-file.ts';
import { composeCameras, type Overrides } from './compose.ts';

const KEY = `oriel_key_${'k'.repeat(32)}`;
const SAMPLE = new URL('../../../../deploy/camera.sample.yaml', import.meta.url);

let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-cameras-'));
	path = join(folder, 'camera.yaml');
	writeFileSync(join(folder, 'porch.key'), `${KEY}\n`, { mode: 0o600 });
});

afterEach(() => rmSync(folder, { recursive: true }));

function compose(text: string, overrides: Partial<Overrides> = {}, check?: Parameters<typeof composeCameras>[2]) {
	writeFileSync(path, text, { mode: 0o600 });
	return composeCameras(path, { pictures: {}, ...overrides }, check);
}

const PORCH = 'relay: http://relay:8080\ncameras:\n  porch:\n    key-file: porch.key\n';
const BOTH = `${PORCH}  yard:\n    key-file: porch.key\n    source: test:h264\n    relay: other:1\n`;

describe('the sample', () => {
	const text = readFileSync(SAMPLE, 'utf8');

	it('is a good file', () => {
		const { relay, cameras } = parseCameraFile(text, 'camera.sample.yaml');
		expect(relay).toBe('https://cam.example.org');
		expect(cameras.get('front-door')).toMatchObject({ size: { width: 1280, height: 720 }, bitrate: 2_000_000 });
	});

	it('has every key that is accepted, and explains each in the comment above it', () => {
		const lines = text.split('\n');
		const shown = lines.flatMap((line, at) => {
			const [, indent = '', key = ''] = /^( {0,4})([a-z][a-z-]*):/.exec(line) ?? [];
			if (key === '' || indent.length === 2) return [];
			const before = lines.slice(0, at).reverse();
			const end = before.findIndex((other) => !/^ *#/.test(other));
			const comment = before.slice(0, end).join(' ');
			return [{ way: indent === '' ? [] : ['cameras', 'x'], key, explained: comment.trim().length > 10 }];
		});
		for (const way of [[], ['cameras', 'x']]) {
			const here = shown.filter((one) => one.way.length === way.length);
			expect(new Set(here.map(({ key }) => key))).toEqual(new Set(acceptedKeys(way)));
			for (const key of acceptedKeys(way)) {
				expect(
					here.some((one) => one.key === key && one.explained),
					`${key} is explained`,
				).toBe(true);
			}
		}
	});
});

describe('a file of cameras', () => {
	it('gives each camera with its own and the common settings', () => {
		const { cameras, files, warnings } = compose(BOTH);
		const common = {
			settings: { fps: 24 },
			key: KEY,
			title: undefined,
			pin: undefined,
			alwaysOn: false,
			remoteControls: true,
		};
		expect(cameras.map(({ key, ...rest }) => ({ ...rest, key: key.reveal() }))).toEqual([
			{ ...common, name: 'porch', relay: 'http://relay:8080', source: 'auto', settings: {} },
			{ ...common, name: 'yard', relay: 'other:1', source: 'test:h264' },
		]);
		expect(files).toEqual([path, join(folder, 'porch.key')]);
		expect(warnings).toEqual([]);
	});

	it('may forbid that anything is changed from the page; a flag does so too', () => {
		expect(compose(`${PORCH}    no-remote-controls: true\n`).cameras[0]?.remoteControls).toBe(false);
		expect(compose(PORCH, { noRemoteControls: true }).cameras[0]?.remoteControls).toBe(false);
		expect(compose(PORCH).cameras[0]?.remoteControls).toBe(true);
	});

	it('takes the common pin for the common relay, and a pin of its own for any', () => {
		const [common, own] = ['sha256/common', 'sha256/own'];
		const pinIn = (text: string) => compose(text).cameras[0]?.pin;
		expect(pinIn(`relay-pin: ${common}\n${PORCH}`)).toBe(common);
		expect(pinIn(`${PORCH}    relay-pin: ${own}\n`)).toBe(own);
		expect(pinIn(`relay-pin: ${common}\n${PORCH}    relay: other:1\n    relay-pin: ${own}\n`)).toBe(own);
		expect(pinIn(`relay-pin: ${common}\n${PORCH}    relay: other:1\n`)).toBeUndefined();
	});

	it('may be JSON', () => {
		const camera = { 'key-file': 'porch.key', size: '320x240', fps: 5, night: true };
		const { cameras } = compose(JSON.stringify({ relay: 'relay:1', cameras: { porch: camera } }));
		expect(cameras[0]?.settings).toEqual({ size: { width: 320, height: 240 }, fps: 5, night: true });
	});

	it('yields to what flags and environment say', () => {
		const overrides = { relay: 'new:1', pictures: { fps: 3, flip: 'none', night: undefined } } as const;
		const { cameras } = compose(`${PORCH}    fps: 9\n    flip: both\n    night: true\n`, overrides);
		expect(cameras[0]).toMatchObject({ relay: 'new:1', settings: { fps: 3, night: true } });
		expect(cameras[0]?.settings).not.toHaveProperty('flip');
	});

	it('gives only the camera that is named, and to that one a title, a key and a source', () => {
		const key = new Secret('other'.repeat(6));
		const { cameras } = compose(BOTH, { name: 'yard', title: 'Yard', source: 'file:/a', key });
		expect(cameras).toHaveLength(1);
		expect(cameras[0]).toMatchObject({ name: 'yard', title: 'Yard', source: 'file:/a' });
		expect(cameras[0]?.key.reveal()).toBe('other'.repeat(6));
		expect(() => compose(BOTH, { name: 'attic' })).toThrow(
			`${path}: there is no camera "attic"; there are porch, yard`,
		);
		expect(() => compose(BOTH, { title: 'T' })).toThrow('say which with --name');
	});

	it.each([
		[`${PORCH}    fsp: 9\n`, 5, 'camera porch: unknown key "fsp"; accepted are relay, relay-pin, title, key-file'],
		[`relai: x\n${PORCH}`, 1, 'unknown key "relai"; accepted are relay, relay-pin, cameras'],
		[`${PORCH}    fps: fast\n`, 5, 'camera porch: fps: "fast" cannot be used; expected a number above 0, at most 120'],
		[
			`${PORCH}    size: 12\n    fps: 500\n`,
			5,
			'size: "12" cannot be used; expected a size like 1280x720 (and 1 more)',
		],
		[`${PORCH}    rotation: 45\n`, 5, 'rotation: "45" cannot be used; expected 0, 90, 180 or 270'],
		[`${PORCH}    zoom: [0, 0, 1, 1]\n`, 5, 'zoom: expected one text, number, true or false'],
		[`${PORCH}    source: "-"\n`, 5, 'source: "-" cannot be used; standard input is for the command line only'],
		[`${PORCH}    key: ${KEY}\n`, 5, 'key and key-file are both given'],
		[`${PORCH}    fps: 1\n    fps: 2\n`, 6, 'this is not YAML: Map keys must be unique'],
		[`${PORCH}  Yard:\n    fps: 1\n`, 5, '"Yard": a camera’s name must be lowercase letters'],
		['relay: http://r\ncameras:\n  porch:\n    fps: 1\n', 3, 'camera porch: no key is given; add "key-file: FILE"'],
		['cameras:\n  porch:\n    key-file: porch.key\n', 2, 'camera porch: no relay is named'],
		['relay: ftp://r\ncameras: {}\n', 1, 'relay: '],
		['relay: http://r\ncameras: {}\n', 2, 'no camera is listed'],
		['relay: http://r\ncameras: [porch]\n', 2, 'expected a list of cameras by name'],
		['relay: http://r\ncameras:\n  porch: 5\n', 3, 'porch: expected settings by name'],
	])('is refused where it is wrong: %j', (text, line, words) => {
		expect(() => compose(text)).toThrow(UsageError);
		expect(() => compose(text)).toThrow(`${path}, line ${line}: `);
		expect(() => compose(text)).toThrow(words);
	});

	it.each(['', '# nothing', 'relay: http://r'])('is refused where nothing is in it: %j', (text) => {
		expect(() => compose(text)).toThrow(`${path}: "cameras" is missing`);
	});

	it('is refused by what the agent says cannot run, at the line of the source', () => {
		const check = () => {
			throw new AgentError('bad-source', 'the source tset is not known');
		};
		expect(() => compose(`${PORCH}    source: tset\n`, {}, check)).toThrow(
			`${path}, line 5: camera porch: the source tset is not known`,
		);
	});

	it('with a secret in it is refused when others can read it; a key file is only warned of', () => {
		const secrets = [`    key: ${KEY}\n`, '    source: http://me:hush@10.0.0.9/\n'];
		for (const secret of secrets) {
			const text = `relay: http://r\ncameras:\n  porch:\n${secret}${secret.includes('key') ? '' : '    key-file: porch.key\n'}`;
			expect(compose(text).cameras).toHaveLength(1);
			chmodSync(path, 0o644);
			expect(() => compose(text)).toThrow(/camera porch has a (key|password) in the file, but every user .* chmod 600/);
			expect(() => compose(text)).not.toThrow(/hush|kkkk/);
			chmodSync(path, 0o600);
		}
		chmodSync(join(folder, 'porch.key'), 0o644);
		expect(compose(PORCH).warnings).toEqual([expect.stringContaining('every user of this machine can read or change')]);
		chmodSync(path, 0o644);
		expect(() => compose(PORCH), 'no secret is in the file itself').not.toThrow();
	});

	it('never shows a key that was mistyped', () => {
		expect(() => compose(`${PORCH.replace('key-file: porch.key', 'key: hush hush')}`)).not.toThrow(/hush/);
		expect(() => compose(`${PORCH}    kee: hush\n`)).not.toThrow(/hush/);
	});

	it('throws nothing but UsageError, whatever is in it', () => {
		const value = fc.oneof(fc.string(), fc.integer(), fc.constant('*a'), fc.constant('!!js x'));
		const line = fc.tuple(fc.constantFrom('', '  ', '    '), fc.constantFrom('relay', 'cameras', 'fps', 'x'), value);
		fc.assert(
			fc.property(fc.array(line), fc.string(), (lines, tail) => {
				const text = lines.map(([indent, key, said]) => `${indent}${key}: ${said}\n`).join('') + tail;
				try {
					parseCameraFile(text, 'f');
				} catch (thrown) {
					expect(thrown).toBeInstanceOf(UsageError);
				}
			}),
		);
	});
});
