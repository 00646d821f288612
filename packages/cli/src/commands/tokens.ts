import { CAMERA_NAME } from '@oriel/base';
import { addToken, changeData, nameOfCamera, openDataDirectory, removeToken, type StoredToken } from '@oriel/relay';
import { listOf, span, textLike } from '../options/option.ts';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { define } from './define.ts';
import { dataOption, jsonOption } from './shared-options.ts';
import { table } from './table.ts';

const options = { data: dataOption } as const;

export const tokenAdd = define({
	name: 'token add',
	usage: 'token add LABEL [--camera NAME]… [--expires 24h]',
	help: 'Makes a viewer token for a program and prints it, once.',
	options: {
		...options,
		camera: {
			kind: listOf(textLike('NAME', (name) => CAMERA_NAME.test(name), 'expected a camera’s name')),
			help: 'only this camera; may be given several times',
			fallback: 'all',
		},
		expires: { kind: span(), help: 'how long it is valid', fallback: 'until removed' },
	},
	words: [1, 1],
	async run(
		{ clock, env, log, print },
		{ data = defaultDataDirectory(env), camera: cameras = [], expires: lifetimeMs },
		[label = ''],
	) {
		const request = { label, cameras, lifetimeMs };
		const { secret } = await changeData(data, { clock, log }, (files) => addToken(files, clock, request));
		print(`${secret}\n`);
	},
});

export const tokenList = define({
	name: 'token list',
	usage: 'token list',
	help: 'Lists the viewer tokens.',
	options: { ...options, json: jsonOption },
	async run({ clock, env, log, print }, { data = defaultDataDirectory(env), json }) {
		const { files } = await openDataDirectory(data, { clock, log });
		const tokens = files.tokens.rows;
		const shown = tokens.map(({ sha256: _, cameras, ...token }) => ({
			...token,
			cameras: cameras?.map(nameOfCamera) ?? null,
		}));
		print(json ? `${JSON.stringify(shown)}\n` : table(tokens.map(rowOf)));
	},
});

export const tokenRemove = define({
	name: 'token remove',
	usage: 'token remove ID',
	help: 'Removes a viewer token; programs that use it are cut off within a second.',
	options,
	words: [1, 1],
	async run({ clock, env, log }, { data = defaultDataDirectory(env) }, [id = '']) {
		if (!(await changeData(data, { clock, log }, (files) => removeToken(files, id))))
			throw new Error(`There is no token "${id}"`);
	},
});

function rowOf({ id, label, cameras, createdAt, expiresAt }: StoredToken): Record<string, string> {
	return {
		id,
		label,
		cameras: cameras?.map(nameOfCamera).join(',') ?? 'all',
		createdAt,
		expiresAt: expiresAt ?? 'never',
	};
}
