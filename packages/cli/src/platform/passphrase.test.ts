import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLog } from '@oriel/testing/recording-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../options/usage-error.ts';
import { type PassphraseOptions, readPassphrase } from './passphrase.ts';

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-passphrase-'));
	path = join(folder, 'passphrase');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = new RecordingLog();
const none: PassphraseOptions = { env: {}, log, file: undefined, ask: undefined, isNew: true };

/** Answers these, one after the other, and keeps what was asked. */
function answering(...answers: string[]) {
	const asked: string[] = [];
	const ask = async (question: string) => {
		asked.push(question);
		return answers.shift() ?? '';
	};
	return { asked, ask };
}

describe('the passphrase of a backup', () => {
	it('comes from a file, else from the environment, else from the terminal', async () => {
		writeFileSync(path, 'of the file\n', { mode: 0o600 });
		const { ask, asked } = answering('of the terminal', 'of the terminal');
		const env = { ORIEL_BACKUP_PASSPHRASE: 'of the environment' };
		expect(await readPassphrase({ ...none, env, ask, file: path })).toBe('of the file');
		expect(await readPassphrase({ ...none, env, ask })).toBe('of the environment');
		expect(asked).toEqual([]);
		expect(await readPassphrase({ ...none, ask })).toBe('of the terminal');
		expect(asked).toEqual(['Passphrase: ', 'The same again: ']);
		expect(log.lines).toEqual([]);
	});

	it('is asked once for a backup that is there', async () => {
		const { ask, asked } = answering('of the terminal');
		expect(await readPassphrase({ ...none, ask, isNew: false })).toBe('of the terminal');
		expect(asked).toEqual(['Passphrase: ']);
	});

	it('is not taken if it was mistyped, is empty, or there is no one to ask', async () => {
		const mistyped = readPassphrase({ ...none, ask: answering('of the terminal', 'of the termnial').ask });
		await expect(mistyped).rejects.toThrow('The two passphrases are not the same; nothing was written');
		await expect(readPassphrase({ ...none, ask: answering('').ask })).rejects.toThrow('The passphrase is empty');
		await expect(readPassphrase({ ...none, env: { ORIEL_BACKUP_PASSPHRASE: '' } })).rejects.toThrow(UsageError);
		writeFileSync(path, '\n', { mode: 0o600 });
		await expect(readPassphrase({ ...none, file: path })).rejects.toThrow(`The file ${path} is empty`);
		await expect(readPassphrase(none)).rejects.toThrow('There is no terminal to ask for the passphrase');
	});

	it('in a file that others may read is a warning', async () => {
		writeFileSync(path, 'of the file\n');
		await readPassphrase({ ...none, file: path });
		expect(log.problems).toEqual([expect.stringContaining(`chmod 600 ${path}`)]);
	});
});
