import { type Clock, systemCode } from '@oriel/base';
import type { Finding } from '../finding.ts';
import { certificateFiles } from './certificate-files.ts';
import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { congestion } from './congestion.ts';
import { dataDirectory } from './data-directory.ts';
import { disk } from './disk.ts';
import { idle } from './idle.ts';
import { listening } from './listening.ts';
import { memory } from './memory.ts';
import { names } from './names.ts';
import { openFiles } from './open-files.ts';
import { ownFirewall } from './own-firewall.ts';
import { relayFacts } from './relay-facts.ts';
import { seenFromOutside } from './seen-from-outside.ts';
import { viewOfThisMachine } from './this-machine.ts';
import { unsent } from './unsent.ts';
import type { MachineView } from './view.ts';

/** In the order in which a connection meets them, then what makes it better. */
const CHECKS: readonly Check[] = [
	...[dataDirectory, byOptions(listening), byOptions(ownFirewall), inData(seenFromOutside), byOptions(names)],
	...[inData(byOptions(certificateFiles)), clock, disk, memory, byOptions(openFiles), congestion, unsent, idle],
];

/** A check of files in the data directory: without it they say nothing of a relay, which may have another. */
function inData(check: Check): Check {
	return (view, relay) => {
		try {
			view.mode(view.data);
		} catch (failure) {
			if (systemCode(failure) === 'ENOENT') return [];
		}
		return check(view, relay);
	};
}

/** A check of what the relay's options name: where these are not certain, nothing is called a fault. */
function byOptions(check: Check): Check {
	return async (view, relay) => {
		const found = await check(view, relay);
		const { doubt } = relay;
		if (doubt === undefined) return found;
		return found.map((finding) => {
			if (finding.verdict === 'good' || finding.verdict === 'unknown') return finding;
			return { ...finding, verdict: 'unknown', words: `${finding.words}; but ${doubt}` };
		});
	};
}

/** What can be seen of a relay on its own machine. */
export async function lookAtMachine(view: MachineView): Promise<Finding[]> {
	const relay = await relayFacts(view);
	const found = await Promise.all(CHECKS.map((check) => check(view, relay)));
	return found.flat();
}

/** The same of the machine that this program runs on. `asRoot`: this command as root. */
export function lookAtThisMachine(data: string, asRoot: string, clock: Clock): Promise<Finding[]> {
	return lookAtMachine(viewOfThisMachine(data, asRoot, clock));
}
