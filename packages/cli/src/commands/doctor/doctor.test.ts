import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certify } from '../../../../relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../../relay/src/tls/key-pair.ts';
import { lookAtCertificate } from './certificate.ts';
import { findingsText } from './finding.ts';
import { explain, REACH_TIMEOUT_MS, reach } from './reach.ts';
import { lookAtMachine } from './this-machine.ts';

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
}

async function certificateOf({
	names = ['127.0.0.1'],
	notBefore = now - DAY,
	notAfter = now + 89 * DAY,
	isSelfSigned,
}: Shown) {
	const key = newPrivateKey();
	const request = { names, subject: 'relay', key, notBefore, notAfter };
	const cert = certify(isSelfSigned ? request : { ...request, issuer: authority });
	const port = await listening(createTlsServer({ key, cert }));
	const clock = new FakeClock(0, now);
	const finding = await lookAtCertificate('127.0.0.1', port, clock, ca);
	expect(clock.pending).toBe(0);
	return finding;
}

describe('a port', () => {
	it('that answers is good, one where nobody listens is not', async () => {
		const server = createServer((socket) => socket.destroy());
		const port = await listening(server);
		expect(await reach('127.0.0.1', port, new FakeClock())).toMatchObject({ what: `TCP ${port}`, verdict: 'good' });
		await new Promise((resolve) => server.close(resolve));
		const refused = await reach('127.0.0.1', port, new FakeClock());
		expect(refused.verdict).toBe('bad');
		expect(refused.words).toMatch(/^refused: nothing listens/);
		expect((await reach('127.0.0.1', port, new FakeClock(), { isNeeded: false })).verdict).toBe('poor');
	});

	it('that says nothing stands behind the provider’s firewall', async () => {
		const clock = new FakeClock();
		const reached = reach('203.0.113.1', 443, clock, { open: () => new Socket() });
		clock.advance(REACH_TIMEOUT_MS);
		const { verdict, words } = await reached;
		expect(verdict).toBe('bad');
		expect(words).toMatch(/provider's firewall/);
		expect(explain('EHOSTUNREACH', 443, '')).toMatch(/machine's own firewall/);
	});
});

describe('a certificate', () => {
	it('is good, late, self-signed, ended, or for somebody else', async () => {
		expect(await certificateOf({})).toMatchObject({ verdict: 'good', words: '89.0 days left, from Authority' });
		const late = await certificateOf({ notBefore: now - 80 * DAY, notAfter: now + 10 * DAY });
		expect(late.words).toMatch(/^10\.0 days left.*should have been renewed/);
		expect(await certificateOf({ isSelfSigned: true })).toMatchObject({ verdict: 'poor' });
		const ended = await certificateOf({ notBefore: now - 3 * DAY, notAfter: now - DAY });
		expect(ended).toMatchObject({ verdict: 'bad', words: expect.stringMatching(/^it has ended/) });
		const other = await certificateOf({ names: ['cam.example.org'] });
		expect(other).toMatchObject({ verdict: 'bad', words: expect.stringMatching(/^it is for another name/) });
	});
});

describe('the machine', () => {
	let data: string;
	beforeEach(() => {
		data = join(mkdtempSync(join(tmpdir(), 'oriel-doctor-')), 'data');
		mkdirSync(join(data, 'tls'), { recursive: true, mode: 0o700 });
	});
	afterEach(() => rmSync(join(data, '..'), { recursive: true }));

	const verdicts = (lowat: string) => {
		const file = join(data, 'lowat');
		writeFileSync(file, lowat);
		return Object.fromEntries(
			lookAtMachine(data, file).map(({ what, verdict, words }) => [what, `${verdict}: ${words}`]),
		);
	};

	it('is well', () => {
		const seen = verdicts('131072\n');
		expect(seen['data directory']).toBe(`good: ${data}`);
		expect(seen['slow viewers']).toBe('good: tcp_notsent_lowat is 131072');
		expect(seen.disk).toMatch(/^(good|poor): [\d.]+ GiB free/);
		expect(seen.ordering).toBeUndefined();
	});

	it('has troubles, and each comes with its remedy', () => {
		chmodSync(data, 0o755);
		writeFileSync(join(data, 'tls', 'state.json'), JSON.stringify({ problem: 'port 80 is closed', nextTryAt: 'then' }));
		const seen = verdicts('4294967295\n');
		expect(seen['data directory']).toBe(`bad: ${data} can be read by others (mode 755); chmod 700 ${data}`);
		expect(seen['slow viewers']).toMatch(/^poor: tcp_notsent_lowat is not set.*sysctl -w/);
		expect(seen.ordering).toBe('bad: port 80 is closed; tried again at then');
		expect(lookAtMachine(join(data, 'nowhere'))[0]).toMatchObject({ verdict: 'bad' });
	});
});

it('findings are printed one a line', () => {
	const findings = [
		{ what: 'TCP 443', verdict: 'good', words: 'answers' },
		{ what: 'disk', verdict: 'bad', words: 'full' },
	] as const;
	expect(findingsText(findings)).toBe('ok   TCP 443  answers\nBAD  disk     full\n');
});
