import type { Check } from './check.ts';

/** https://docs.oracle.com/iaas/Content/FreeTier/freetier_topic-Always_Free_Resources.htm, "Idle Compute Instances". */
const WORDS =
	'Oracle may take back an Always Free machine whose processor, network and (A1) memory stay below 20 % for seven days; whether this is one cannot be seen from here';

/** Words only: the account is not visible from the machine. */
export const idle: Check = ({ maker }) => {
	if (!/oraclecloud/i.test(maker)) return [];
	const cure =
		'In the console, change the account to Pay As You Go: the free amounts stay free, and idle machines are kept.';
	return [{ what: 'idle machine', verdict: 'unknown', words: WORDS, cure }];
};
