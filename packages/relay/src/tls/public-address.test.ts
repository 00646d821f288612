import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { afterEach, describe, expect, it } from 'vitest';
import { findPublicAddress, isPublicAddress } from './public-address.ts';

const AZURE = 'Microsoft Corporation Virtual Machine 7783-7084-3265-9085-8269-3286-77';

function interfaces(...addresses: string[]): Record<string, NetworkInterfaceInfo[]> {
	const each = addresses.map((address) => ({
		address,
		netmask: '',
		mac: '',
		internal: address.startsWith('127.'),
		cidr: null,
		...(address.includes(':') ? { family: 'IPv6' as const, scopeid: 0 } : { family: 'IPv4' as const }),
	}));
	return { eth0: each };
}

const asked: IncomingMessage[] = [];
let close = () => {};
afterEach(() => {
	close();
	asked.length = 0;
});

/** A metadata service that answers some paths. */
async function metadata(answers: Record<string, string | undefined>): Promise<string> {
	const server = createServer((request, response) => {
		asked.push(request);
		const text = answers[`${request.method} ${request.url}`];
		if (text === undefined) response.writeHead(404).end();
		else if (text !== 'never') response.end(text);
	}).listen(0, '127.0.0.1');
	close = () => {
		server.closeAllConnections();
		server.close();
	};
	await until(() => server.listening);
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the public address', () => {
	it('is that of an interface, and then no service is asked', async () => {
		const machine = {
			interfaces: interfaces('127.0.0.1', '10.0.0.3', '188.245.1.7'),
			maker: 'Hetzner',
			metadata: 'none',
		};
		expect(await findPublicAddress(machine, new FakeClock())).toEqual({ address: '188.245.1.7', words: '' });
	});

	it.each([
		[
			'Amazon EC2',
			{ 'PUT /latest/api/token': 'tok', 'GET /latest/meta-data/public-ipv4': '54.1.2.3\n' },
			'x-aws-ec2-metadata-token',
			'tok',
		],
		[
			'Google',
			{ 'GET /computeMetadata/v1/instance/network-interfaces/0/access-configs/0/external-ip': '54.1.2.3' },
			'metadata-flavor',
			'Google',
		],
		[
			AZURE,
			{
				'GET /metadata/instance/network/interface/0/ipv4/ipAddress/0/publicIpAddress?api-version=2021-02-01&format=text':
					'54.1.2.3',
			},
			'metadata',
			'true',
		],
		['Hetzner vServer', { 'GET /hetzner/v1/metadata/public-ipv4': '54.1.2.3' }, 'host', expect.any(String)],
		['DigitalOcean', { 'GET /metadata/v1/interfaces/public/0/ipv4/address': '54.1.2.3' }, 'host', expect.any(String)],
	])('is asked of the cloud of %s', async (maker, answers, header, value) => {
		const machine = { interfaces: interfaces('10.0.0.3'), maker, metadata: await metadata(answers) };
		expect(await findPublicAddress(machine, new FakeClock())).toEqual({ address: '54.1.2.3', words: '' });
		expect(asked.at(-1)?.headers[header]).toEqual(value);
	});

	it('is not asked for at home, nor looked for in IPv6', async () => {
		const home = {
			interfaces: interfaces('192.168.1.4', '2a02:8108::5'),
			maker: 'Raspberry',
			metadata: await metadata({}),
		};
		const found = await findPublicAddress(home, new FakeClock());
		expect(found.address).toBeUndefined();
		expect(found.words).toContain('no public address of its own');
		expect(asked).toEqual([]);
	});

	it('is not known in Oracle’s cloud, and the remedy is said', async () => {
		const machine = { interfaces: interfaces('10.0.0.3'), maker: 'QEMU OracleCloud.com' };
		const { words } = await findPublicAddress(machine, new FakeClock());
		expect(words).toMatch(/^Oracle's cloud does not tell .*--public-ip ADDRESS/);
	});

	it('is given up when the metadata service is silent, refuses, or tells nonsense', async () => {
		const clock = new FakeClock();
		const path = 'GET /hetzner/v1/metadata/public-ipv4';
		const silent = { interfaces: {}, maker: 'Hetzner', metadata: await metadata({ [path]: 'never' }) };
		const found = findPublicAddress(silent, clock);
		await until(() => asked.length === 1);
		clock.advance(1500);
		expect((await found).words).toContain('tells no public address');
		expect(clock.pending).toBe(0);
		close();
		for (const answer of [undefined, '10.0.0.3', '<html>']) {
			const machine = { interfaces: {}, maker: 'Hetzner', metadata: await metadata({ [path]: answer }) };
			expect((await findPublicAddress(machine, clock)).address).toBeUndefined();
			close();
		}
	});
});

it('addresses that cannot be reached from outside are not public', () => {
	const inside = [
		'10.1.2.3',
		'192.168.1.1',
		'172.20.0.1',
		'100.64.1.1',
		'127.0.0.1',
		'169.254.1.1',
		'fe80::1',
		'fd00::1',
		'::1',
		'x',
	];
	expect(inside.filter(isPublicAddress)).toEqual([]);
	expect(['54.1.2.3', '2a02:8108::5'].filter(isPublicAddress)).toHaveLength(2);
});
