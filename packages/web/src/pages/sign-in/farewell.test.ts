import { expect, it } from 'vitest';
import { farewellOf } from './farewell.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2);
const link = { label: '', maxViewers: null, viewers: 0 };

it('tells a link that was ended from one whose time is over', () => {
	const until = (ms: number) => ({ ...link, expiresAt: new Date(NOW + ms).toISOString() });
	expect(farewellOf({ role: 'guest', link: until(60_000) }, NOW)).toEqual({ why: 'link-ended' });
	expect(farewellOf({ role: 'guest', link: until(-1) }, NOW)).toEqual({ why: 'link-expired' });
});

it('tells people that their session is gone', () => {
	expect(farewellOf({ role: 'viewer', link: null }, NOW)).toEqual({ why: 'ended' });
});
