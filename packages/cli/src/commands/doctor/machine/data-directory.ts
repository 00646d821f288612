import { reasonOf, systemCode } from '@oriel/base';
import { RELAY_UNIT_PATH } from '../../../service/relay-service.ts';
import type { Finding } from '../finding.ts';
import type { Check } from './check.ts';
import type { MachineView } from './view.ts';

/** The data directory: there, and closed to other users. */
export const dataDirectory: Check = (view) => {
	const what = 'data directory';
	const { data } = view;
	try {
		const mode = view.mode(data) & 0o777;
		if (process.platform === 'win32' || (mode & 0o077) === 0) return [{ what, verdict: 'good', words: data }];
		const words = `${data} can be read by others (mode ${mode.toString(8)})`;
		return [{ what, verdict: 'bad', words, cure: `sudo chmod 700 ${data}` }];
	} catch (failure) {
		const code = systemCode(failure);
		if (code === 'EACCES' || isOfService(view)) return [closed(what, `${data}: ${reasonOf(failure)}`, view)];
		const words = code === 'ENOENT' ? `${data} is not there: no relay has run with it` : reasonOf(failure);
		return [{ what, verdict: 'bad', words, cure: 'Name the directory of the relay: oriel doctor relay --data DIR' }];
	}
};

/** The service keeps its data where only root looks; another user has a directory of another name. */
function isOfService({ isRoot, file }: MachineView): boolean {
	return !isRoot && file(RELAY_UNIT_PATH).is !== 'missing';
}

/** Something that only root may look at. */
export function closed(what: string, reason: string, { asRoot }: Pick<MachineView, 'asRoot'>): Finding {
	return { what, verdict: 'unknown', words: `not looked at: ${reason}`, cure: asRoot };
}
