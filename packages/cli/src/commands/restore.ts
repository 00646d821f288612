import { createReadStream, existsSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { restoreData } from '@oriel/relay';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { readPassphrase, terminalQuestion } from '../platform/passphrase.ts';
import { beginStep, counted, terminalOutput } from '../platform/progress.ts';
import { passphraseFileOption, STANDARD } from './backup.ts';
import { define } from './define.ts';
import { dataOption } from './shared-options.ts';

/** Puts a backup where a relay finds it. */
export const restoreCommand = define({
	name: 'restore',
	usage: 'restore FILE',
	help: 'Puts a backup into an empty data directory, after all of it was verified. FILE - is standard input.',
	options: { data: dataOption, 'passphrase-file': passphraseFileOption },
	words: [1, 1],
	async run({ clock, env, log, print, stopping }, values, [file = '']) {
		const { data: directory = defaultDataDirectory(env) } = values;
		if (file !== STANDARD && !existsSync(file)) throw new Error(`There is no file ${file}`);
		const given = { env, log, file: values['passphrase-file'], ask: terminalQuestion(), isNew: false };
		const passphrase = await readPassphrase(given);
		const source: Readable = file === STANDARD ? process.stdin : createReadStream(file);
		stopping.addEventListener('abort', () => source.destroy(new Error('it was interrupted; nothing was written')));
		const size = file === STANDARD ? undefined : statSync(file).size;
		using step = beginStep(`Restoring ${file}`, size, { clock, output: terminalOutput });
		try {
			const sealed = counted(source, step);
			const { about, files } = await restoreData({ sealed, passphrase, directory, clock, log });
			step.done();
			print(`${directory} has the ${files} files that ${about.software} saved on ${about.madeAt.slice(0, 16)}Z.\n`);
			if (!about.hasCertificates) print('Certificates were not saved: the relay gets new ones when it starts.\n');
		} finally {
			source.destroy();
		}
	},
});
