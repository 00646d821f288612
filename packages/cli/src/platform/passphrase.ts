import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Log } from '@oriel/base';
import type { Environment } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import { readSecretFile } from './secret-file.ts';

/** For programs; a file is better, since other processes of the same user see the environment. */
const VARIABLE = 'ORIEL_BACKUP_PASSPHRASE';

export interface PassphraseOptions {
	readonly env: Environment;
	readonly log: Log;
	/** The file that was named. */
	readonly file: string | undefined;
	/** Asks at the terminal, without an echo; undefined: there is none. */
	readonly ask: ((question: string) => Promise<string>) | undefined;
	/** Ask twice: a mistyped passphrase would be noticed too late. */
	readonly isNew: boolean;
}

/** The passphrase of a backup: from the file, the environment or the terminal, in this order. */
export async function readPassphrase({ env, log, file, ask, isNew }: PassphraseOptions): Promise<string> {
	if (file !== undefined) return required(readSecretFile(file, log), `The file ${file}`);
	const variable = env[VARIABLE];
	if (variable !== undefined) return required(variable, VARIABLE);
	if (!ask) {
		throw new UsageError(`There is no terminal to ask for the passphrase; use --passphrase-file FILE or ${VARIABLE}`);
	}
	const passphrase = required(await ask('Passphrase: '), 'The passphrase');
	if (isNew && (await ask('The same again: ')) !== passphrase) {
		throw new Error('The two passphrases are not the same; nothing was written');
	}
	return passphrase;
}

function required(passphrase: string, place: string): string {
	if (passphrase === '') throw new UsageError(`${place} is empty; a passphrase is expected`);
	return passphrase;
}

/** Asks at the terminal of this process; undefined: it has none, or standard input is something else. */
export function terminalQuestion(): PassphraseOptions['ask'] {
	return process.stdin.isTTY === true ? askUnseen : undefined;
}

/** Nothing of the answer is shown, not even its length. */
function askUnseen(question: string): Promise<string> {
	const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
	// It takes the echo off the terminal: before the question, which a quick user answers at once.
	const lines = createInterface({ input: process.stdin, output: unseen, terminal: true, historySize: 0 });
	process.stderr.write(question);
	return new Promise<string>((resolve, reject) => {
		lines.once('line', resolve);
		lines.once('close', () => reject(new Error('no passphrase was given; nothing was written')));
		// In this mode the terminal sends Ctrl-C as a character. The program hears of it first, so that it ends as interrupted.
		lines.once('SIGINT', () => {
			lines.off('line', resolve);
			process.once('SIGINT', () => lines.close());
			process.kill(process.pid, 'SIGINT');
		});
	}).finally(() => {
		lines.close();
		process.stderr.write('\n');
	});
}
