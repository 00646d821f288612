import { describe, expect, it } from 'vitest';
import { networkOf, networksOf } from './network.ts';

describe('the networks of an address', () => {
	it.each([
		['192.0.2.7', ['192.0.2.7', '192.0.2/24']],
		['::ffff:192.0.2.7', ['192.0.2.7', '192.0.2/24']],
		['2001:db8:1:2:3:4:5:6', ['2001:db8:1:2', '2001:db8:1:0/56', '2001:db8:1/48']],
		['2001:0DB8:0001:abcd::1', ['2001:db8:1:abcd', '2001:db8:1:ab00/56', '2001:db8:1/48']],
		['2001:db8::1', ['2001:db8:0:0', '2001:db8:0:0/56', '2001:db8:0/48']],
		['::1', ['0:0:0:0', '0:0:0:0/56', '0:0:0/48']],
		['fe80::1%eth0', ['fe80:0:0:0', 'fe80:0:0:0/56', 'fe80:0:0/48']],
	])('%s are %j', (address, networks) => {
		expect(networksOf(address)).toEqual(networks);
		expect(networkOf(address)).toBe(networks[0]);
	});

	it('are the same for every spelling', () => {
		expect(networkOf('2001:DB8:0:1::9')).toBe(networkOf('2001:db8::1:0:0:0:1'));
	});
});
