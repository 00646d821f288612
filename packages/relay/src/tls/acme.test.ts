import { describe, expect, it } from 'vitest';
import { orderBody, retryAtIn } from './acme.ts';
import { isHostName } from './host-name.ts';

describe('an order', () => {
	it('for names asks for no profile', () => {
		expect(orderBody(['cam.example.org', 'www.example.org'])).toEqual({
			identifiers: [
				{ type: 'dns', value: 'cam.example.org' },
				{ type: 'dns', value: 'www.example.org' },
			],
		});
	});

	it.each(['198.51.100.7', '2001:db8::7'])('for the address %s asks for the one profile that has any', (value) => {
		expect(orderBody([value])).toEqual({ identifiers: [{ type: 'ip', value }], profile: 'shortlived' });
	});
});

it('a refusal that says when to come back is understood', () => {
	const words =
		'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after 2026-11-24 10:11:12 UTC: see https://letsencrypt.org/docs/rate-limits/';
	expect(retryAtIn(words)).toBe(Date.UTC(2026, 10, 24, 10, 11, 12));
	expect(retryAtIn('too many requests')).toBeUndefined();
});

it('names of hosts are known from what is none', () => {
	expect(['cam.example.org', 'a.bc', 'xn--bcher-kva.example', 'CAM.Example.ORG'].filter(isHostName)).toHaveLength(4);
	const none = [
		'cam',
		'192.0.2.7',
		'https://cam.example.org',
		'cam.example.org:443',
		'-a.b',
		'a..b',
		'*.a.b',
		'a.b/',
		'',
	];
	expect(none.filter(isHostName)).toEqual([]);
});
