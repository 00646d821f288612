import { changeData, newSetupToken, SETUP_LINK_HOURS } from '@oriel/relay';
import { text } from '../options/option.ts';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { define } from './define.ts';
import { dataOption } from './shared-options.ts';

/** For an owner who has lost the password. */
export const ownerReset = define({
	name: 'owner reset',
	usage: 'owner reset',
	help: 'Prints a new set-up link. The old password works until the link is used.',
	options: {
		data: dataOption,
		url: { kind: text('URL'), help: 'where the relay is reached', fallback: 'https://localhost' },
	},
	async run({ clock, env, print, log }, { data = defaultDataDirectory(env), url = 'https://localhost' }) {
		const token = await changeData(data, { clock, log }, (files) => newSetupToken(files, clock));
		print(`${url.replace(/\/+$/, '')}/#setup=${token}\n`);
		log.info(`the link is valid for ${SETUP_LINK_HOURS} hours, once`);
	},
});
