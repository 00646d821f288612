// `oriel backup` of a relay that is being used, and `oriel restore` of what it made.
import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addedKey } from '@oriel/testing/grants';
import { oriel, Program, ROOT } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { noteSecret, noteSecretFields, requireNoSecrets } from '@oriel/testing/secret-ledger';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const PASSPHRASE = 'five geese over the marsh';
/** What must be the same afterwards. */
const TABLES = ['keys', 'people', 'links', 'tokens', 'owner', 'sessions', 'guests', 'pairings'];

let relay: RelayProcess;
let cookie: string;
let folder: string;
let passphraseFile: string;

beforeAll(async () => {
	relay = await RelayProcess.start();
	cookie = await relay.setUp();
	await relay.addKey('porch');
	await relay.addToken({ label: 'recorder' });
	await api('/api/people', { name: 'Anna', role: 'viewer', cameras: ['porch'] });
	await api('/api/links', { label: 'neighbours', cameras: ['porch'] });
});
afterAll(() => relay[Symbol.asyncDispose]());
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-backup-'));
	passphraseFile = join(folder, 'passphrase');
	writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
	noteSecret(PASSPHRASE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function api(path: string, body: object): Promise<void> {
	const headers = { cookie, 'content-type': 'application/json' };
	const answer = await fetch(`${relay.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
	const text = await answer.text();
	noteSecretFields(text);
	if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
}

/** Runs a command to its end. Neither what it prints nor what it logs may hold a secret. */
async function done(args: readonly string[], env: Record<string, string> = {}) {
	await using program = oriel(args, { env: { ORIEL_DATA: relay.data, ...env } });
	program.stdin.end();
	const { code } = await program.ended;
	requireNoSecrets(`oriel ${args.join(' ')}`, program.stdout + program.stderr);
	return { code, stdout: program.stdout, stderr: program.stderr };
}

const backUp = (file: string, ...more: string[]) =>
	done(['backup', file, '--passphrase-file', passphraseFile, ...more]);
const restore = (file: string, data: string, ...more: string[]) =>
	done(['restore', file, '--data', data, '--passphrase-file', passphraseFile, ...more]);

interface Row {
	readonly id?: string;
	readonly sha256?: string;
	readonly lastSeenAt?: string;
}

/** The rows of a table by the key that each has. */
function rowsOf(data: string, table: string): Map<string, string> {
	const path = join(data, `${table}.json`);
	const content = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
	const rows: Row[] = content[table] ?? (content.password ? [content] : []);
	// When a session was last used changes all the time.
	return new Map(rows.map(({ lastSeenAt: _, ...row }) => [row.sha256 ?? row.id ?? '', JSON.stringify(row)]));
}

describe('a backup of a relay that is being used', () => {
	it('is restored into an empty directory: a relay runs on it, with all people, keys and links', async () => {
		// What was there before the backup began must be in it; what was added meanwhile may be, as a whole.
		const before = new Map(TABLES.map((table) => [table, rowsOf(relay.data, table)]));
		const load = { stops: false, rounds: 0 };
		const loading = (async () => {
			while (!load.stops) {
				const round = ++load.rounds;
				await Promise.all([
					addedKey(relay.data, `load-${round}`),
					api('/api/links', { label: `load ${round}`, cameras: ['porch'] }),
					api('/api/people', { name: `load ${round}`, role: 'viewer', cameras: [] }),
				]);
			}
		})();
		const files = ['one', 'two'].map((name) => join(folder, `${name}.backup`));
		for (const file of files) {
			const made = await backUp(file);
			expect(made, made.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/: \d+ files, [\d.]+ kB\n$/) });
			expect(statSync(file).mode & 0o777).toBe(0o600);
		}
		load.stops = true;
		await loading;
		expect(load.rounds).toBeGreaterThan(1);
		const [first = '', second = ''] = files;
		for (const file of files) {
			const data = `${file}.data`;
			const restored = await restore(file, data);
			expect(restored, restored.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('that oriel/') });
			for (const table of TABLES) {
				const [then, now] = [before.get(table) ?? new Map(), rowsOf(data, table)];
				for (const [key, row] of then) expect(now.get(key), `${table} ${key}`).toBe(row);
				const live = rowsOf(relay.data, table);
				for (const [key, row] of now) expect(live.get(key), `${table} ${key}`).toBe(row);
			}
			requireNoSecrets(file, readFileSync(file, 'latin1'));
		}
		expect(rowsOf(`${second}.data`, 'links').size).toBeGreaterThan(rowsOf(`${first}.data`, 'links').size);

		await using other = await RelayProcess.start([], `${second}.data`);
		expect((await fetch(`${other.url}/api/people`, { headers: { cookie } })).status).toBe(200);
		expect(await other.knows('porch', cookie)).toBe(true);
	});

	it('is refused with another passphrase, and where anything is in the way: nothing is written', async () => {
		const file = join(folder, 'relay.backup');
		expect(await backUp(file)).toMatchObject({ code: 0 });
		const data = join(folder, 'data');
		const wrong = join(folder, 'wrong');
		writeFileSync(wrong, 'five geese over the lake\n', { mode: 0o600 });
		expect(await done(['restore', file, '--data', data, '--passphrase-file', wrong])).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('The passphrase is wrong'),
		});
		expect(existsSync(data)).toBe(false);
		mkdirSync(data);
		writeFileSync(join(data, 'keys.json'), '{"format":1,"keys":[]}');
		const full = await restore(file, data);
		expect([full.code, readdirSync(data)]).toEqual([1, ['keys.json']]);
		expect(full.stderr).toContain(`${data} is not empty: it has keys.json`);
		expect(await restore(file, relay.data)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });

		// Nor does a backup replace anything without a word for it.
		const bytes = readFileSync(file);
		expect(await backUp(file)).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
		expect(readFileSync(file).equals(bytes)).toBe(true);
		expect(await backUp(file, '--force')).toMatchObject({ code: 0 });
		expect(readFileSync(file).equals(bytes)).toBe(false);
		expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
	});

	it('goes through pipes, and has the certificates if that is said', async () => {
		mkdirSync(join(relay.data, 'tls'), { mode: 0o700 });
		writeFileSync(join(relay.data, 'tls', 'self-signed.pem'), 'a certificate', { mode: 0o600 });
		const node = `'${process.execPath}' packages/cli/bin/oriel.mjs`;
		const line = `${node} backup - --with-certificates --data '${relay.data}' | ${node} restore - --data '${folder}/data'`;
		const env = { ...process.env, ORIEL_BACKUP_PASSPHRASE: PASSPHRASE };
		const piped = spawnSync('bash', ['-o', 'pipefail', '-c', line], { cwd: ROOT, env, encoding: 'utf8' });
		expect(piped, piped.stderr).toMatchObject({ status: 0 });
		expect(piped.stdout).not.toContain('Certificates were not saved');
		expect(readFileSync(join(folder, 'data', 'tls', 'self-signed.pem'), 'utf8')).toBe('a certificate');
		// Without them cameras that know the key of this relay would not accept the restored one.
		const without = await backUp(join(folder, 'relay.backup'));
		expect(without).toMatchObject({ code: 0, stderr: expect.stringContaining('know this relay by its pin') });
	});

	it('asks for the passphrase at a terminal, twice and without an echo', async () => {
		const file = join(folder, 'relay.backup');
		const type = async (args: readonly string[], ...answers: string[]) => {
			const words = [process.execPath, 'packages/cli/bin/oriel.mjs', ...args].map((word) => `'${word}'`).join(' ');
			const env = { ORIEL_DATA: relay.data, ORIEL_BACKUP_PASSPHRASE: '' };
			await using terminal = new Program('script', ['-qec', `unset ORIEL_BACKUP_PASSPHRASE; ${words}`, '/dev/null'], {
				env,
			});
			const questions = ['Passphrase: ', 'The same again: '];
			for (const [at, answer] of answers.entries()) {
				await terminal.said(new RegExp(questions[at] ?? ''));
				terminal.stdin.write(`${answer}\r`);
			}
			const { code } = await terminal.ended;
			return { code, text: terminal.stdout };
		};
		const mistyped = await type(['backup', file], PASSPHRASE, 'five geese over the mersh');
		expect([mistyped.code, existsSync(file)]).toEqual([1, false]);
		expect(mistyped.text).toContain('The two passphrases are not the same');
		const made = await type(['backup', file], PASSPHRASE, PASSPHRASE);
		expect(made.code, made.text).toBe(0);
		// One line, rewritten, with what was done.
		expect(made.text).toMatch(/\rBacking up \S+: [\d.]+ kB in \d+ s/);
		const data = join(folder, 'data');
		const restored = await type(['restore', file, '--data', data], PASSPHRASE);
		expect(restored.code, restored.text).toBe(0);
		for (const { text } of [mistyped, made, restored]) expect(text).not.toContain('geese');
		// Ctrl-C ends it.
		const stopped = await type(['restore', file, '--data', `${data}2`], '\u0003');
		expect([stopped.code, existsSync(`${data}2`)]).toEqual([130, false]);
	});

	it('needs a good passphrase, from somewhere', async () => {
		const file = join(folder, 'relay.backup');
		writeFileSync(passphraseFile, 'short\n', { mode: 0o600 });
		expect(await backUp(file)).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('The passphrase has 5 characters'),
		});
		expect(await done(['backup', file])).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('--passphrase-file'),
		});
		expect(await done(['backup'])).toMatchObject({ code: 2 });
		expect(
			await done(['backup', file, '--data', join(folder, 'none')], { ORIEL_BACKUP_PASSPHRASE: PASSPHRASE }),
		).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('There is no data directory'),
		});
		expect(existsSync(file)).toBe(false);
	});
});
