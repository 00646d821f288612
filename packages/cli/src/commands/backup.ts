import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from '@oriel/base';
import { openBackup, requireGoodPassword } from '@oriel/relay';
import { flag, type Option, text } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { VERSION } from '../platform/installation.ts';
import { readPassphrase, terminalQuestion } from '../platform/passphrase.ts';
import { beginStep, counted, sizeWords, terminalOutput } from '../platform/progress.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { dataOption } from './shared-options.ts';

/** `--passphrase-file` of backup and restore. */
export const passphraseFileOption: Option<string> = {
	kind: text('FILE'),
	help: 'read the passphrase from this file',
	fallback: 'ORIEL_BACKUP_PASSPHRASE, or asked at the terminal',
};

/** Standard output and input. */
export const STANDARD = '-';
const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Saves what a relay must not lose. */
export const backupCommand = define({
	name: 'backup',
	usage: 'backup FILE',
	help: 'Saves people, keys, links and settings of a relay, encrypted with a passphrase, while it runs. FILE - is standard output.',
	options: {
		data: dataOption,
		'passphrase-file': passphraseFileOption,
		'with-certificates': { kind: flag, help: 'include the relay’s key and certificates' },
		force: { kind: flag, help: 'replace FILE if it is there' },
	},
	words: [1, 1],
	async run(context, values, [file = '']) {
		const { clock, env, log, stopping } = context;
		const { data: directory = defaultDataDirectory(env), force = false } = values;
		const isStandard = file === STANDARD;
		if (isStandard && process.stdout.isTTY)
			throw new UsageError('A backup is no text for a terminal; name a file, or send it on: oriel backup - | …');
		// Before a passphrase is typed.
		if (!isStandard && !force && existsSync(file)) throw thereAlready(file);
		const given = { env, log, file: values['passphrase-file'], ask: terminalQuestion(), isNew: true };
		const passphrase = await readPassphrase(given);
		requireGoodPassword(passphrase, 'passphrase');
		const withCertificates = values['with-certificates'] ?? false;
		const request = { directory, passphrase, withCertificates, software: `oriel/${VERSION}`, clock, log };
		await using backup = await openBackup(request);
		using step = beginStep(`Backing up ${directory}`, backup.bytes, { clock, output: terminalOutput });
		const sealed = counted(untilStopped(backup.sealed, stopping), step);
		const bytes = isStandard ? await writeStandard(sealed) : await writeFile(sealed, resolve(file), force);
		step.done();
		if (!isStandard) context.print(`${file}: ${backup.files} files, ${sizeWords(bytes)}\n`);
		if (backup.leavesOutKey) {
			log.warn(
				'the backup has no certificates: cameras that know this relay by its pin will not accept a restored one. Add --with-certificates for them',
			);
		}
	},
});

function thereAlready(file: string): Error {
	return new Error(`${file} is there already; choose another name, or add --force to replace it. Nothing was written`);
}

async function* untilStopped(bytes: AsyncIterable<Buffer>, stopping: Context['stopping']): AsyncGenerator<Buffer> {
	for await (const piece of bytes) {
		if (stopping.aborted) throw new Error('it was interrupted; nothing was written');
		yield piece;
	}
}

/** Rejects if its reader has gone. */
async function writeStandard(bytes: AsyncIterable<Buffer>): Promise<number> {
	let sum = 0;
	// The write says it, too.
	process.stdout.on('error', () => undefined);
	for await (const piece of bytes) {
		await new Promise<void>((done, failed) => {
			process.stdout.write(piece, (failure) => (failure ? failed(failure) : done()));
		});
		sum += piece.length;
	}
	return sum;
}

/** A draft for its owner alone, which gets the name when it is complete and on disk. */
async function writeFile(bytes: AsyncIterable<Buffer>, path: string, force: boolean): Promise<number> {
	const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
	try {
		const file = await open(draft, 'wx', 0o600);
		const sum = await writeAll(file, bytes).finally(() => file.close());
		await (force ? rename(draft, path) : renameNew(draft, path));
		await syncFolder(dirname(path));
		return sum;
	} finally {
		await rm(draft, { force: true });
	}
}

async function writeAll(file: FileHandle, bytes: AsyncIterable<Buffer>): Promise<number> {
	let sum = 0;
	for await (const piece of bytes) {
		await file.writeFile(piece);
		sum += piece.length;
	}
	await file.sync();
	return sum;
}

/** A rename would replace what another program has put there meanwhile; a link does not. */
async function renameNew(draft: string, path: string): Promise<void> {
	try {
		await link(draft, path);
	} catch (failure) {
		if (systemCode(failure) === 'EEXIST') throw thereAlready(path);
		if (!NO_HARD_LINKS.has(systemCode(failure))) throw failure;
		if (existsSync(path)) throw thereAlready(path);
		await rename(draft, path);
	}
}

async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, 'r').catch(() => undefined);
	await folder?.sync().catch(() => undefined);
	await folder?.close();
}
