import { defaultDataDirectory } from '../platform/data-directory.ts';
import { define } from './define.ts';
import { findingsText } from './doctor/finding.ts';
import { lookFromOutside } from './doctor/from-outside.ts';
import { relayAddress } from './doctor/relay-address.ts';
import { dataOption, jsonOption } from './shared-options.ts';

/** Looks at a relay from outside, given its address, or at the machine that it runs on. */
export const relayDoctor = define({
	name: 'doctor relay',
	usage: 'doctor relay [URL]',
	help: 'Diagnoses a relay: its ports and certificate as seen from here or, without a URL, this machine. As root it sees all of it.',
	options: { data: dataOption, json: jsonOption },
	words: [0, 1],
	async run({ clock, env, print }, { data, json }, [address]) {
		const ofThisMachine = async () => {
			const { lookAtThisMachine } = await import('./doctor/machine/list.ts');
			const asRoot = `sudo oriel doctor relay${data === undefined ? '' : ` --data ${data}`}`;
			return lookAtThisMachine(data ?? defaultDataDirectory(env), asRoot, clock);
		};
		const findings =
			address === undefined ? await ofThisMachine() : await lookFromOutside(relayAddress(address), clock);
		print(json ? `${JSON.stringify(findings)}\n` : findingsText(findings));
		const bad = findings.filter(({ verdict }) => verdict === 'bad').length;
		if (bad > 0) throw new Error(`${bad} of ${findings.length} ${bad === 1 ? 'is' : 'are'} bad`);
	},
});
