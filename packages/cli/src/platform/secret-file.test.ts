import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@oriel/base';
import { expect, it } from 'vitest';
import { readSecretFile } from './secret-file.ts';

it('3.3 / 27 a file with a secret that others may read is used with a warning', () => {
	const folder = mkdtempSync(join(tmpdir(), 'oriel-secret-'));
	const file = join(folder, 'key');
	const warnings: string[] = [];
	const log = { ...silentLog, warn: (words: string) => void warnings.push(words) };
	writeFileSync(file, 'oriel_key_x\n', { mode: 0o600 });
	expect(readSecretFile(file, log)).toBe('oriel_key_x');
	expect(warnings).toEqual([]);
	chmodSync(file, 0o644);
	expect(readSecretFile(file, log)).toBe('oriel_key_x');
	expect(warnings).toEqual([expect.stringContaining(`every user of this machine can read or change ${file}`)]);
	rmSync(folder, { recursive: true });
});
