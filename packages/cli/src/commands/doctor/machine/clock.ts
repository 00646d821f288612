import { reasonOf, systemCode } from '@oriel/base';
import type { Check } from './check.ts';

const MAX_OFFSET_MS = 30_000;
const CURE = 'sudo timedatectl set-ntp true';
/** A machine whose clock is wrong by months does not accept the authority's own certificate. */
const WRONG_TIME = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'];

/** The clock, against that of the certificate authority: orders and certificates fail with a wrong one. */
export const clock: Check = async (view, { authority, doubt }) => {
	const what = 'clock';
	// Whom a relay orders from, if it does, must be known before anyone is asked.
	if (authority === undefined || doubt !== undefined) return [];
	const { host } = new URL(authority);
	try {
		const { aheadMs } = await view.authority(authority);
		const seconds = Math.round(Math.abs(aheadMs) / 1000);
		if (Math.abs(aheadMs) <= MAX_OFFSET_MS)
			return [{ what, verdict: 'good', words: `agrees with that of ${host} to within ${Math.max(1, seconds)} s` }];
		const words = `${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of ${host}: certificates are refused`;
		return [{ what, verdict: 'bad', words, cure: CURE }];
	} catch (failure) {
		const code = systemCode(failure) ?? systemCode((failure as Error).cause) ?? '';
		if (!WRONG_TIME.includes(code)) {
			const reason = reasonOf((failure as Error).cause ?? failure);
			return [{ what, verdict: 'unknown', words: `not compared: ${host} did not answer (${reason})` }];
		}
		const now = new Date(view.wall()).toISOString();
		const words = `${now} here, at which the certificate of ${host} is not valid (${code})`;
		return [{ what, verdict: 'bad', words, cure: CURE }];
	}
};
