import { createPublicKey } from 'node:crypto';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { FakeClock } from '@oriel/testing/fake-clock';
import { rounds } from '@oriel/testing/turns';
import { until } from '@oriel/testing/until';
import { afterEach, describe, expect, it } from 'vitest';
import { certify } from '../../../../relay/src/tls/certify.ts';
import { newPrivateKey, pinOf } from '../../../../relay/src/tls/key-pair.ts';
import { lookAtCertificate } from './certificate.ts';
import { findingsText } from './finding.ts';
import { lookFromOutside } from './from-outside.ts';
import { explain, REACH_TIMEOUT_MS, reach } from './reach.ts';
import { relayAddress } from './relay-address.ts';

const DAY = 86_400_000;
const now = Date.now();
const authority = { subject: 'Authority', key: newPrivateKey() };
const ca = certify({ ...authority, names: [], notBefore: now - 99 * DAY, notAfter: now + 99 * DAY, isAuthority: true });

let servers: Server[] = [];
afterEach(() => {
	for (const server of servers) server.close();
	servers = [];
});

async function listening(server: Server): Promise<number> {
	servers.push(server.listen(0, '127.0.0.1'));
	await until('the port', () => server.listening);
	return (server.address() as AddressInfo).port;
}

interface Shown {
	readonly names?: string[];
	readonly notBefore?: number;
	readonly notAfter?: number;
	readonly isSelfSigned?: boolean;
	readonly pin?: 'own' | 'other';
}

async function certificateOf({
	names = ['127.0.0.1'],
	notBefore = now - DAY,
	notAfter = now + 89 * DAY,
	isSelfSigned,
	pin,
}: Shown) {
	const key = newPrivateKey();
	const request = { names, subject: 'relay', key, notBefore, notAfter };
	const cert = certify(isSelfSigned ? request : { ...request, issuer: authority });
	const port = await listening(createTlsServer({ key, cert }));
	const clock = new FakeClock(0, now);
	const pins = { own: pinOf(createPublicKey(key)), other: 'sha256/other' };
	const look = { address: '127.0.0.1', host: '127.0.0.1', port, ca, pin: pin && pins[pin] };
	const finding = await lookAtCertificate(look, clock);
	expect(clock.pending).toBe(0);
	return finding;
}

const target = (address: string, port = 443) => ({ address, port, family: address.includes(':') ? 6 : 4 }) as const;
/** A connection that ends with an error, or with undefined never does. */
const failing = (code: string | undefined) => () => {
	const socket = new Socket();
	if (code !== undefined) queueMicrotask(() => socket.destroy(Object.assign(new Error(code), { code })));
	return socket;
};
const routed = { routeTo: async () => true };

describe('a port', () => {
	it('that answers is good, one that refuses is not', async () => {
		const port = await listening(createServer((socket) => socket.destroy()));
		const to = target('127.0.0.1', port);
		expect(await reach(to, new FakeClock())).toMatchObject({ what: `TCP ${port} IPv4`, verdict: 'good' });
		await new Promise((resolve) => servers.pop()?.close(resolve));
		expect(await reach(to, new FakeClock())).toMatchObject({
			verdict: 'bad',
			words: expect.stringMatching(/^refused by 127\.0\.0\.1: nothing listens on port \d+, or a firewall/),
			cure: 'On that machine: sudo oriel doctor relay',
		});
		expect((await reach(to, new FakeClock(), { isNeeded: false })).verdict).toBe('poor');
	});

	it('of this machine is no look from outside', async () => {
		const port = await listening(createServer((socket) => socket.destroy()));
		const seen = await reach(target('127.0.0.1', port), new FakeClock(), { isOwn: true });
		expect(seen).toMatchObject({ verdict: 'unknown', words: expect.stringContaining('no look from outside') });
	});

	it('that says nothing is dropped by a firewall or not there', async () => {
		const clock = new FakeClock();
		const reached = reach(target('203.0.113.1'), clock, { ...routed, open: failing(undefined) });
		await rounds();
		clock.advance(REACH_TIMEOUT_MS);
		expect(await reached).toMatchObject({
			verdict: 'bad',
			words: expect.stringMatching(/^no answer from 203\.0\.113\.1 within 5 s: a firewall drops/),
			cure: expect.stringMatching(/provider's firewall.*let TCP 443 in.*sudo oriel doctor relay/),
		});
		expect(clock.pending).toBe(0);
	});

	it('is not tried where this network has no route to it, and no firewall is blamed', async () => {
		const opened: string[] = [];
		const open = ({ host }: { host: string }) => {
			opened.push(host);
			return new Socket();
		};
		const seen = await reach(target('2001:db8::1'), new FakeClock(), { open, routeTo: async () => false });
		expect(seen).toMatchObject({ what: 'TCP 443 IPv6', verdict: 'unknown' });
		expect(seen.words).toMatch(/^not tried: this network has no route to IPv6/);
		expect([opened, seen.words.includes('firewall')]).toEqual([[], false]);
	});

	it.each([
		['EHOSTUNREACH', /prohibited: a firewall rejects TCP 443 with ICMP.*or the machine is off/],
		['EACCES', /prohibited: a firewall rejects it with ICMP/],
		['ENETUNREACH', /a router on the way has no route/],
		['EPERM', /firewall of this machine does not let TCP 443 out/],
		['ECONNRESET', /^203\.0\.113\.1: ECONNRESET$/],
	])('that fails with %s', (code, words) => {
		expect(explain(code, target('203.0.113.1')).words).toMatch(words);
	});
});

describe('a certificate', () => {
	it('is good, late, self-signed, ended, or for another name', async () => {
		expect(await certificateOf({})).toMatchObject({ verdict: 'good', words: '89.0 days left, from Authority' });
		const late = await certificateOf({ notBefore: now - 80 * DAY, notAfter: now + 10 * DAY });
		expect(late).toMatchObject({ verdict: 'poor', words: expect.stringMatching(/^10\.0 days left.*been renewed$/) });
		expect(await certificateOf({ isSelfSigned: true })).toMatchObject({ verdict: 'poor' });
		const ended = await certificateOf({ notBefore: now - 3 * DAY, notAfter: now - DAY });
		expect(ended).toMatchObject({ verdict: 'bad', words: 'it has ended', cure: expect.stringContaining('log') });
		const other = await certificateOf({ names: ['cam.example.org'] });
		expect(other).toMatchObject({ verdict: 'bad', words: expect.stringMatching(/^it is for another name/) });
	});

	it('that signs itself is good for the camera that knows its key', async () => {
		expect(await certificateOf({ isSelfSigned: true, pin: 'own' })).toMatchObject({ verdict: 'good' });
		expect(await certificateOf({ isSelfSigned: true, pin: 'other' })).toMatchObject({
			verdict: 'bad',
			words: expect.stringMatching(
				/is not the relay that the pin belongs to.*; expected sha256\/other, seen sha256\/\S+;/,
			),
		});
	});
});

describe('a look from outside', () => {
	const both = async () => [target('192.0.2.7'), target('2001:db8::7'), target('192.0.2.8')];

	it('tries each family of addresses by its own', async () => {
		const open = ({ host }: { host: string }) => failing(host.includes(':') ? 'EACCES' : 'ECONNREFUSED')();
		const options = { addressesOf: both, reaching: { ...routed, open } };
		const found = await lookFromOutside(new URL('https://cam.example.org'), new FakeClock(), options);
		expect(found.map(({ what, verdict }) => `${what} ${verdict}`)).toEqual([
			'TCP 443 IPv4 bad',
			'TCP 443 IPv6 bad',
			'TCP 80 IPv4 poor',
			'TCP 80 IPv6 poor',
		]);
		expect(found[1]?.words).toContain('2001:db8::7');
	});

	it('is content with a relay that answers by one family, and says what the other costs', async () => {
		const port = await listening(createServer((socket) => socket.destroy()));
		const open = ({ host }: { host: string }) => {
			if (host.includes(':')) return failing('EHOSTUNREACH')();
			return new Socket().connect(port, '127.0.0.1');
		};
		const options = { addressesOf: both, reaching: { ...routed, open } };
		const found = await lookFromOutside(new URL('http://cam.example.org:8080'), new FakeClock(), options);
		expect(found.map(({ what, verdict }) => `${what} ${verdict}`)).toEqual([
			'TCP 8080 IPv4 good',
			'TCP 8080 IPv6 poor',
			'certificate poor',
		]);
		expect(found[1]?.cure).toMatch(/or remove the AAAA record/);
	});

	it('says whether a name is unknown, or the name servers are silent', async () => {
		const look = (code: string) => {
			const addressesOf = () => Promise.reject(Object.assign(new Error(code), { code }));
			return lookFromOutside(new URL('https://cam.example.org'), new FakeClock(), { addressesOf });
		};
		expect(await look('ENOTFOUND')).toMatchObject([
			{ verdict: 'bad', words: expect.stringContaining('no name server') },
		]);
		expect(await look('EAI_AGAIN')).toMatchObject([{ verdict: 'unknown', words: expect.stringMatching(/^not tried/) }]);
	});

	it('takes addresses as people write them', () => {
		expect(relayAddress('cam.example.org').href).toBe('https://cam.example.org/');
		expect(() => relayAddress('https://me:hush@cam.example.org')).toThrow(/password/);
		expect(() => relayAddress('https://')).toThrow(/https:\/\/HOST/);
	});
});

it('findings are printed one a line, with what to do below', () => {
	const findings = [
		{ what: 'TCP 443', verdict: 'good', words: 'answers' },
		{ what: 'disk', verdict: 'bad', words: 'full', cure: 'empty it' },
		{ what: 'clock', verdict: 'unknown', words: 'not compared' },
	] as const;
	expect(findingsText(findings)).toBe(
		'ok   TCP 443  answers\nBAD  disk     full\n              empty it\n?    clock    not compared\n',
	);
});
