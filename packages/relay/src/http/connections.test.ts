import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
	type ConnectionOptions,
	Connections,
	MAX_CONNECTIONS_PER_SITE,
	MAX_CONNECTIONS_PER_SUBNET,
	type Place,
} from './connections.ts';

class FakeConnection extends EventEmitter {
	readonly remoteAddress: string | undefined;
	isDestroyed = false;

	constructor(remoteAddress: string | undefined) {
		super();
		this.remoteAddress = remoteAddress;
	}

	destroy(): void {
		this.isDestroyed = true;
		// As with sockets, later.
		setImmediate(() => this.emit('close'));
	}
}

function setUp(options: Partial<ConnectionOptions> = {}) {
	const limited: string[] = [];
	const all = { total: 1_000_000, perAddress: 1_000_000, isExempt: () => false, ...options };
	const connections = new Connections({ ...all, limited: (kind) => limited.push(kind) });
	/** One more connection; busy unless told otherwise. */
	const come = (
		address: string | undefined,
		{ idle = false } = {},
	): (FakeConnection & { place: Place }) | undefined => {
		const socket = new FakeConnection(address);
		const place = connections.admit(socket as unknown as Socket);
		if (place && !idle) place.busy();
		return place && Object.assign(socket, { place });
	};
	return { connections, limited, come };
}

describe('connections in use', () => {
	it('are limited for one address, counted together for an IPv6 network, and let go when they close', () => {
		const { come, limited } = setUp({ perAddress: 2 });
		const first = come('2001:db8:1:2::1');
		expect(first).toBeDefined();
		expect(come('2001:db8:1:2:ffff::9')).toBeDefined();
		expect(come('2001:db8:1:2::3')).toBeUndefined();
		expect(come('2001:db8:1:3::1')).toBeDefined();
		expect(come('::ffff:192.0.2.1')).toBeDefined();
		first?.emit('close');
		expect(come('2001:db8:1:2::3')).toBeDefined();
		expect(limited).toEqual(['connections']);
	});

	it.each([
		['an IPv4 /24', MAX_CONNECTIONS_PER_SUBNET, (n: number) => `192.0.2.${n % 256}`, '192.0.3.1'],
		['an IPv6 /56', MAX_CONNECTIONS_PER_SUBNET, (n: number) => `2001:db8:1:ab${hex(n % 256)}::1`, '2001:db8:1:ac00::1'],
		[
			'an IPv6 /48',
			MAX_CONNECTIONS_PER_SITE,
			(n: number) => `2001:db8:1:${(n % 65536).toString(16)}::1`,
			'2001:db8:2::1',
		],
	])('of %s are limited to %i, and others are still let in', (_words, most, address, other) => {
		const { come } = setUp({ perAddress: 512 });
		for (let count = 0; count < most; count++) expect(come(address(count * 257))).toBeDefined();
		expect(come(address(5))).toBeUndefined();
		expect(come(other)).toBeDefined();
	});

	it('of a wide network may be as many as the owner allows for one address', () => {
		const most = MAX_CONNECTIONS_PER_SITE + 10;
		const { come } = setUp({ perAddress: most });
		for (let count = 0; count < most; count++) expect(come('2001:db8::1')).toBeDefined();
		expect(come('2001:db8::1')).toBeUndefined();
	});

	it('are not counted for a trusted proxy but in the total, and are none if the peer has gone', () => {
		const { come } = setUp({ perAddress: 1, total: 5, isExempt: (address) => address === '10.0.0.1' });
		for (let count = 0; count < 5; count++) expect(come('10.0.0.1', { idle: true })).toBeDefined();
		expect(come('10.0.0.1')).toBeUndefined();
		expect(come(undefined)).toBeUndefined();
	});
});

describe('idle connections', () => {
	it('make room for a newcomer of their network, the one that has been idle longest first', () => {
		const { come, limited, connections } = setUp({ perAddress: 3 });
		const [first, second, third] = [1, 2, 3].map(() => come('192.0.2.1', { idle: true }));
		const elsewhere = come('192.0.2.2', { idle: true });
		first?.place.busy();
		second?.place.busy();
		second?.place.idle();
		expect(come('192.0.2.1')).toBeDefined();
		expect([first, second, third, elsewhere].map((one) => one?.isDestroyed)).toEqual([false, false, true, false]);
		expect(come('192.0.2.1')).toBeDefined();
		expect(second?.isDestroyed).toBe(true);
		expect(come('192.0.2.1')).toBeUndefined();
		expect(limited).toEqual(['idle-connections', 'idle-connections', 'connections']);
		expect(connections.places.size).toBe(4);
	});

	it('make room in the narrowest network that is full, which makes room in the wider ones too', () => {
		const { come, connections } = setUp({ perAddress: 1, total: 3 });
		const [one, other] = [come('2001:db8:1:2::1', { idle: true }), come('2001:db8:9::1', { idle: true })];
		expect(come('2001:db8:1:3::1')).toBeDefined();
		expect(come('2001:db8:1:2::2')).toBeDefined();
		expect([one?.isDestroyed, other?.isDestroyed]).toEqual([true, false]);
		expect(connections.places.size).toBe(3);
	});

	it('are closed for newcomers when the relay is full: those of the network that has most of them', () => {
		const { come } = setUp({ total: 6 });
		const quiet = come('198.51.100.1', { idle: true });
		const greedy = [1, 2, 3].map((n) => come(`2001:db8:1:${n}::1`, { idle: true }));
		const busy = [1, 2].map((n) => come(`203.0.113.${n}`));
		const seen = () => [quiet, ...greedy, ...busy].map((one) => (one?.isDestroyed ? 'x' : '-')).join('');
		expect(come('192.0.2.1')).toBeDefined();
		expect(seen()).toBe('-x----');
		expect(come('192.0.2.2')).toBeDefined();
		expect(seen()).toBe('-xx---');
		// Each network has one now: the one that came first to that.
		expect(come('192.0.2.3')).toBeDefined();
		expect(come('192.0.2.4')).toBeDefined();
		expect(seen()).toBe('xxxx--');
		expect(come('192.0.2.5')).toBeUndefined();
	});

	it('are forgotten with their networks when they close', () => {
		const { come, connections } = setUp({ perAddress: 1 });
		for (let round = 0; round < 100; round++) {
			const one = come('2001:db8::1', { idle: round % 2 === 0 });
			expect(one).toBeDefined();
			one?.emit('close');
			one?.emit('close');
		}
		expect(connections.places.size).toBe(0);
	});
});

function hex(n: number): string {
	return n.toString(16).padStart(2, '0');
}
