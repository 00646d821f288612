import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type TarFile, ustar } from './ustar.ts';

const file = (path: string, text: string, isExecutable = false): TarFile => {
	return { path, bytes: Buffer.from(text), isExecutable };
};
const DEEP = `package/${'folder/'.repeat(14)}${'x'.repeat(60)}.js`;
const FILES = [
	file('package/a', ''),
	file('package/b', 'b'.repeat(511)),
	file('package/c', 'c'.repeat(512)),
	file('package/d.sh', 'd'.repeat(513), true),
	file(DEEP, 'deep'),
];

it('is an archive that tar reads: names, contents, modes', () => {
	const folder = mkdtempSync(join(tmpdir(), 'oriel-ustar-'));
	const tar = (...args: string[]) =>
		spawnSync('tar', [...args, '-C', folder], { input: ustar(FILES), encoding: 'utf8' });
	const listed = tar('-tvf', '-', '--numeric-owner');
	expect([listed.status, listed.stderr]).toEqual([0, '']);
	expect(listed.stdout.trim().split('\n')).toHaveLength(FILES.length);
	expect(listed.stdout).toMatch(/^-rw-r--r-- 0\/0 +511 1985-10-26 \S+ package\/b$/m);
	expect(tar('-xf', '-')).toMatchObject({ status: 0, stderr: '' });
	for (const { path, bytes } of FILES) expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true);
	expect(statSync(join(folder, 'package/d.sh')).mode & 0o777).toBe(0o755);
	rmSync(folder, { recursive: true });
});

it('has the same bytes for the same files', () => {
	expect(ustar(FILES).equals(ustar(FILES))).toBe(true);
});

it.each(['package/ä', 'package/a b', `package/${'x'.repeat(101)}`, `${'folder/'.repeat(40)}x`])(
	'refuses the name %s, which would be cut off or read in two ways',
	(path) => {
		expect(() => ustar([file(path, '')])).toThrow(/archive/);
	},
);
