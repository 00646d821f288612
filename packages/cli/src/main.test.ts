import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { expect, it } from 'vitest';
import { main } from './main.ts';

it('gives each address of a name longer than a slow round trip to connect', async () => {
	const before = getDefaultAutoSelectFamilyAttemptTimeout();
	try {
		expect(await main(['--version'], {})).toBe(0);
		expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBeGreaterThanOrEqual(2000);
	} finally {
		setDefaultAutoSelectFamilyAttemptTimeout(before);
	}
});
