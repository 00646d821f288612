import { join } from 'node:path';
import { reasonOf } from '@oriel/base';
import { OUTSIDE_FILE, readOutsideNote } from '@oriel/relay';
import type { Check } from './check.ts';
import { closed } from './data-directory.ts';

/** What the relay has noted of requests from public addresses: the only proof that both firewalls let them in. */
export const seenFromOutside: Check = (view, { domains, port, config }) => {
	const what = 'from outside';
	const found = view.file(join(view.data, OUTSIDE_FILE));
	if (found.is === 'closed') return [closed(what, found.reason, view)];
	const scheme = config.tls ? 'https' : 'http';
	const address = `${scheme}://${domains[0] ?? 'ADDRESS'}${port === (config.tls ? 443 : 80) ? '' : `:${port}`}`;
	const cure = `On another machine, outside of this network: oriel doctor relay ${address}`;
	if (found.is === 'missing') {
		const words = 'no request from a public address has arrived yet; whether one can is not known here';
		return [{ what, verdict: 'unknown', words, cure }];
	}
	try {
		const note = readOutsideNote(found.text);
		const seen = (['ipv4', 'ipv6'] as const).flatMap((family) => {
			const times = note[family];
			return times
				? [`${family === 'ipv4' ? 'IPv4' : 'IPv6'}: first ${times.first}, last ${times.last.slice(0, 10)}`]
				: [];
		});
		return [{ what, verdict: 'good', words: `requests from public addresses have arrived by ${seen.join('; ')}` }];
	} catch (failure) {
		return [{ what, verdict: 'unknown', words: `${OUTSIDE_FILE} cannot be read: ${reasonOf(failure)}`, cure }];
	}
};
