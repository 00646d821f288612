import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Connections } from './connections.ts';

function socketFrom(remoteAddress: string | undefined): EventEmitter & { readonly remoteAddress: string | undefined } {
	return Object.assign(new EventEmitter(), { remoteAddress });
}

describe('connections of one address', () => {
	it('are so many at once, counted together for an IPv6 network, and let go when they close', () => {
		const connections = new Connections({ perAddress: 2, isExempt: () => false });
		const first = socketFrom('2001:db8:1:2::1');
		expect(connections.admit(first as never)).toBe(true);
		expect(connections.admit(socketFrom('2001:db8:1:2:ffff::9') as never)).toBe(true);
		expect(connections.admit(socketFrom('2001:db8:1:2::3') as never)).toBe(false);
		expect(connections.admit(socketFrom('2001:db8:1:3::1') as never)).toBe(true);
		expect(connections.admit(socketFrom('::ffff:192.0.2.1') as never)).toBe(true);
		first.emit('close');
		expect(connections.admit(socketFrom('2001:db8:1:2::3') as never)).toBe(true);
	});

	it('are not counted for a trusted proxy, and are none if the peer has gone', () => {
		const connections = new Connections({ perAddress: 1, isExempt: (address) => address === '10.0.0.1' });
		for (let count = 0; count < 5; count++) expect(connections.admit(socketFrom('10.0.0.1') as never)).toBe(true);
		expect(connections.admit(socketFrom(undefined) as never)).toBe(false);
	});
});
