import { addKey, changeData, openDataDirectory, removeKeys } from '@oriel/relay';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { define } from './define.ts';
import { dataOption, jsonOption } from './shared-options.ts';
import { table } from './table.ts';

const options = { data: dataOption } as const;

export const keyAdd = define({
	name: 'key add',
	usage: 'key add NAME',
	help: 'Makes a publish key for a camera and prints it, once.',
	options,
	words: [1, 1],
	async run({ clock, env, log, print }, { data = defaultDataDirectory(env) }, [name = '']) {
		const key = await changeData(data, { clock, log }, (files) => addKey(files, clock, name));
		print(`${key}\n`);
	},
});

export const keyList = define({
	name: 'key list',
	usage: 'key list',
	help: 'Lists the cameras that have a key.',
	options: { ...options, json: jsonOption },
	async run({ clock, env, log, print }, { data = defaultDataDirectory(env), json }) {
		const { files } = await openDataDirectory(data, { clock, log });
		const rows = files.keys.rows.map(({ camera, createdAt }) => ({ camera, createdAt }));
		print(json ? `${JSON.stringify(rows)}\n` : table(rows));
	},
});

export const keyRemove = define({
	name: 'key remove',
	usage: 'key remove NAME',
	help: 'Removes a camera’s keys; a connected camera is cut off within a second.',
	options,
	words: [1, 1],
	async run({ clock, env, log }, { data = defaultDataDirectory(env) }, [name = '']) {
		if ((await changeData(data, { clock, log }, (files) => removeKeys(files, name))) > 0) return;
		throw new Error(`There is no key for a camera "${name}"`);
	},
});
