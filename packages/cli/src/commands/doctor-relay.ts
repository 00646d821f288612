import type { Clock } from '@oriel/base';
import { textLike } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import { define } from './define.ts';
import { lookAtCertificate } from './doctor/certificate.ts';
import { type Finding, findingsText } from './doctor/finding.ts';
import { reach } from './doctor/reach.ts';
import { lookAtMachine } from './doctor/this-machine.ts';
import { dataOption, jsonOption } from './shared-options.ts';

const HTTP_PORT = 80;

/** Looks at a relay from outside, given its address, or at the machine that it runs on. */
export const relayDoctor = define({
	name: 'doctor relay',
	usage: 'doctor relay [URL]',
	help: 'Diagnoses a relay: its ports and certificate as seen from here or, without a URL, this machine.',
	options: { data: dataOption, json: jsonOption },
	words: [0, 1],
	async run({ clock, env, print }, { data, json }, [address]) {
		const findings =
			address === undefined ? lookAtMachine(data ?? defaultDataDirectory(env)) : await lookFromOutside(address, clock);
		print(json ? `${JSON.stringify(findings)}\n` : findingsText(findings));
		const bad = findings.filter(({ verdict }) => verdict === 'bad').length;
		if (bad > 0) throw new Error(`${bad} of ${findings.length} ${bad === 1 ? 'is' : 'are'} bad`);
	},
});

async function lookFromOutside(address: string, clock: Clock): Promise<Finding[]> {
	const url = relayAddress(address);
	const host = url.hostname.replace(/^\[|\]$/g, '');
	const isTls = url.protocol === 'https:';
	const port = Number(url.port) || (isTls ? 443 : HTTP_PORT);
	const open = await reach(host, port, clock);
	const plain = isTls && port === 443 ? [await reach(host, HTTP_PORT, clock, { isNeeded: false })] : [];
	if (open.verdict !== 'good') return [open, ...plain];
	return [open, ...plain, isTls ? await lookAtCertificate(host, port, clock) : inTheClear()];
}

function inTheClear(): Finding {
	return {
		what: 'certificate',
		verdict: 'poor',
		words: 'plain HTTP: anyone on the network path can read the password and see the video',
	};
}

const kind = textLike(
	'URL',
	(text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
	'expected https://HOST',
);

function relayAddress(text: string): URL {
	const url = new URL(kind.read(/^https?:/.test(text) ? text : `https://${text}`, 'URL'));
	if (url.username !== '' || url.password !== '') throw new UsageError('The address holds a password; leave it out');
	return url;
}
