import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataDirectory, openDataDirectory } from '../auth/store/data-directory.ts';
import { certify } from './certify.ts';
import { Challenges, type ChallengeType } from './challenges.ts';
import { newPrivateKey } from './key-pair.ts';
import { OrderedCertificate } from './ordered-certificate.ts';
import { TlsStore } from './store.ts';
import { TlsError } from './tls-error.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const NAMES = ['cam.example.org'];
const authority = { subject: 'Authority', key: newPrivateKey() };

let disk: MemoryDisk;
let opened: DataDirectory[];
let clock: FakeClock;
let log: RecordingLog;
/** What was ordered: the way, and the name. */
let orders: string[];
/** How the next order ends; undefined: with a certificate for 90 days. */
let outcome: (() => Promise<string>) | undefined;
let open: OrderedCertificate[];

beforeEach(() => {
	clock = new FakeClock();
	disk = new MemoryDisk(() => clock.wall());
	opened = [];
	log = new RecordingLog();
	orders = [];
	outcome = undefined;
	open = [];
});
afterEach(async () => {
	for (const source of open) await source[Symbol.asyncDispose]();
	for (const data of opened) await data.close();
	expect(clock.pending).toBe(0);
});

async function openStore(): Promise<TlsStore> {
	const data = await openDataDirectory('/data', { clock, log, disk });
	opened.push(data);
	return TlsStore.open(data);
}

interface CertificateOptions {
	readonly names?: string[];
	readonly authority?: string;
	readonly ways?: ChallengeType[];
}

/** As at the start of a relay, on the data directory of the test. */
async function begin({
	names = NAMES,
	authority: at = 'https://acme.example/dir',
	ways = ['http-01', 'tls-alpn-01'],
}: CertificateOptions = {}) {
	const source = new OrderedCertificate({
		store: await openStore(),
		challenges: new Challenges(),
		names,
		fallbackNames: [...names, 'localhost'],
		directory: at,
		email: undefined,
		ways: () => ways,
		clock,
		log,
		random: () => 1,
		async order({ type, names: wanted, key }) {
			orders.push(`${type} ${wanted.join()}`);
			if (outcome) return outcome();
			const span = { notBefore: clock.wall(), notAfter: clock.wall() + 90 * DAY };
			return certify({ names: wanted, subject: 'relay', key, ...span, issuer: authority });
		},
	});
	open.push(source);
	source.start();
	return source;
}

async function end(source: OrderedCertificate): Promise<void> {
	await source[Symbol.asyncDispose]();
	open = open.filter((other) => other !== source);
	for (const data of opened) await data.flush();
}

const fails = (code: TlsError['code'], words: string, retryAt?: number) => () =>
	Promise.reject(new TlsError(code, words, { retryAt }));

/** Lets the time go in steps small enough for every look at the clock. */
async function pass(span: number, step = 30 * MINUTE): Promise<void> {
	for (let gone = 0; gone < span; gone += step) {
		clock.advance(Math.min(step, span - gone));
		await turn();
		await turn();
	}
}

describe('a certificate', () => {
	it('is self-signed at first, ordered at once, and has the same key', async () => {
		const source = await begin();
		const { pin, isSelfSigned } = source.certificate;
		expect([isSelfSigned, source.isWaiting, source.report().source]).toEqual([true, true, 'self-signed']);
		await until(() => !source.isWaiting);
		expect(source.certificate).toMatchObject({ isSelfSigned: false, names: NAMES, pin, issuer: 'Authority' });
		expect(source.report()).toMatchObject({ source: 'ordered', state: 'good', problem: null, nextTryAt: null });
		expect(orders).toEqual(['http-01 cam.example.org']);
	});

	it('is used again after a restart, and nothing is ordered', async () => {
		const first = await begin();
		await until(() => !first.isWaiting);
		await end(first);
		const second = await begin();
		expect(second.certificate.cert).toBe(first.certificate.cert);
		await pass(DAY);
		expect(orders).toHaveLength(1);
	});

	it('is ordered again for another name and from another authority', async () => {
		const first = await begin();
		await until(() => !first.isWaiting);
		await end(first);
		const renamed = await begin({ names: ['new.example.org'] });
		expect(renamed.isWaiting).toBe(true);
		await until(() => !renamed.isWaiting);
		await end(renamed);
		const moved = await begin({ names: ['new.example.org'], authority: 'https://other.example/dir' });
		expect(moved.isWaiting).toBe(true);
		await until(() => !moved.isWaiting);
		expect(orders).toHaveLength(3);
	});

	it('is renewed with a third of its life left; those who listen hear of it', async () => {
		const source = await begin();
		await until(() => !source.isWaiting);
		const heard: string[] = [];
		source.onChange(({ cert }) => heard.push(cert));
		// A twentieth of its life earlier: chance is at its most.
		await pass(55 * DAY, DAY / 24);
		expect(orders).toHaveLength(1);
		await pass(DAY, DAY / 24);
		expect(orders).toHaveLength(2);
		expect(heard).toEqual([source.certificate.cert]);
	});
});

describe('when ordering fails', () => {
	it('the old certificate stays, the ways are tried in turn, and the waits grow', async () => {
		const source = await begin();
		await until(() => !source.isWaiting);
		const { cert } = source.certificate;
		outcome = fails('not-proven', 'port 80 is closed');
		await pass(56 * DAY, DAY / 24);
		await pass(3 * 60 * MINUTE, MINUTE);
		expect(orders.slice(1, 5).map((order) => order.split(' ')[0])).toEqual([
			'http-01',
			'tls-alpn-01',
			'http-01',
			'tls-alpn-01',
		]);
		expect(source.certificate.cert).toBe(cert);
		expect(source.report()).toMatchObject({ source: 'ordered', state: 'good', problem: 'port 80 is closed' });
		await pass(30 * DAY, DAY / 24);
		expect(source.report().state).toBe('ending');
		await pass(10 * DAY, DAY / 24);
		expect(source.report().state).toBe('ended');
		expect(source.certificate.cert).toBe(cert);
		// At most six hours apart in the end.
		expect(orders.length).toBeLessThan(5 + 4 * 45);
	});

	it('nothing is ordered before the authority wants to hear of us again', async () => {
		outcome = fails('rate-limited', 'enough', clock.wall() + 2 * DAY);
		const source = await begin();
		await until(() => source.report().problem === 'enough');
		await pass(2 * DAY - 60 * MINUTE);
		expect(orders).toHaveLength(1);
		outcome = undefined;
		await pass(2 * 60 * MINUTE);
		expect([orders.length, source.isWaiting]).toEqual([2, false]);
	});

	it('a relay that is started a hundred times in a minute orders once', async () => {
		outcome = fails('unreachable', 'no answer');
		for (let start = 0; start < 100; start++) {
			const source = await begin();
			await until(() => source.report().problem === 'no answer');
			await end(source);
			clock.advance(500);
		}
		expect(orders).toHaveLength(1);
		clock.advance(MINUTE);
		await begin();
		await until(() => orders.length === 2);
	});

	it('an order that is cut off counts as one', async () => {
		outcome = () => new Promise(() => undefined);
		const cut = await openStore();
		const source = await begin();
		await until(() => orders.length === 1);
		// As after a crash: its end is unknown.
		const again = await openStore();
		expect(again.state).toMatchObject({ failures: 1, problem: 'the last order was cut off before its end' });
		expect(Date.parse(again.state.nextTryAt ?? '')).toBe(clock.wall() + MINUTE);
		expect(cut.state.failures).toBe(0);
		outcome = undefined;
		void source[Symbol.asyncDispose]();
		open = [];
		const next = await begin();
		await pass(MINUTE / 2, 1000);
		expect(orders).toHaveLength(1);
		await pass(MINUTE, 1000);
		expect([orders.length, next.isWaiting]).toEqual([2, false]);
	});

	it('while an order is under way, what was known before it is told', async () => {
		outcome = () => new Promise(() => undefined);
		const first = await begin();
		await until(() => orders.length === 1);
		expect(first.report()).toMatchObject({ problem: null, nextTryAt: null });
		void first[Symbol.asyncDispose]();
		open = [];
		clock.advance(MINUTE);
		const second = await begin();
		await until(() => orders.length === 2);
		expect(second.report().problem).toBe('the last order was cut off before its end');
		void second[Symbol.asyncDispose]();
		open = [];
	});

	it('because no port could be opened, that is said and nothing is asked', async () => {
		const source = await begin({ ways: [] });
		await until(() => source.report().problem?.startsWith('neither port 80 nor port 443'));
		expect(orders).toEqual([]);
	});

	it('a certificate for another name is not taken', async () => {
		outcome = async () =>
			certify({ names: ['evil.example'], subject: 'x', key: (await openStore()).key, notBefore: 0, notAfter: DAY });
		const source = await begin();
		await until(() => source.report().problem === 'the certificate that came is for evil.example');
		expect(source.certificate.isSelfSigned).toBe(true);
	});
});
