import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { afterEach, describe, expect, it } from 'vitest';
import { ORDER_TIMEOUT_MS, orderBody, orderCertificate, retryAtIn } from './acme.ts';
import { Challenges } from './challenges.ts';
import { isHostName } from './host-name.ts';
import { newPrivateKey } from './key-pair.ts';

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

/** An authority that takes accounts and then does with an order as the test says. */
class Authority {
	readonly orders: unknown[] = [];
	readonly #server: Server;

	constructor(order: (response: ServerResponse) => void) {
		this.#server = createServer((request, response) => void this.#answer(request, response, order)).listen(
			0,
			'127.0.0.1',
		);
		close = () => {
			this.#server.closeAllConnections();
			this.#server.close();
		};
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	get isListening(): boolean {
		return this.#server.listening;
	}

	async #answer(request: IncomingMessage, response: ServerResponse, order: (response: ServerResponse) => void) {
		const chunks: Buffer[] = [];
		for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
		response.setHeader('replay-nonce', 'nonce');
		response.setHeader('content-type', 'application/json');
		const { url } = this;
		const directory = { newNonce: `${url}/nonce`, newAccount: `${url}/account`, newOrder: `${url}/order` };
		if (request.url === '/dir') response.end(JSON.stringify(directory));
		else if (request.url === '/account') response.writeHead(201, { location: `${url}/account/1` }).end('{}');
		else if (request.url === '/order') {
			const { payload } = JSON.parse(Buffer.concat(chunks).toString());
			this.orders.push(JSON.parse(Buffer.from(payload, 'base64url').toString()));
			order(response);
		} else response.end();
	}
}

let close = () => {};
afterEach(() => close());

async function ordering(
	authority: Authority,
	clock: FakeClock,
	names: string[],
	signal = new AbortController().signal,
) {
	await until(() => authority.isListening);
	return orderCertificate({
		directory: `${authority.url}/dir`,
		accountKey: newPrivateKey(),
		email: undefined,
		names,
		key: newPrivateKey(),
		type: 'http-01',
		challenges: new Challenges(),
		clock,
		signal,
	}).then(
		() => expect.unreachable('there was a certificate'),
		(failure) => failure,
	);
}

describe('an authority', () => {
	it('hears of the profile, and its "enough" is understood and not repeated', async () => {
		const detail = 'too many certificates (5) already issued, retry after 2026-11-24 10:11:12 UTC';
		const authority = new Authority((response) => {
			response.writeHead(429, { 'retry-after': '86400' }).end(JSON.stringify({ detail }));
		});
		const clock = new FakeClock();
		const failure = await ordering(authority, clock, ['198.51.100.7']);
		expect(authority.orders).toEqual([{ identifiers: [{ type: 'ip', value: '198.51.100.7' }], profile: 'shortlived' }]);
		expect(failure).toMatchObject({ code: 'rate-limited', retryAt: Date.UTC(2026, 10, 24, 10, 11, 12) });
		expect(clock.pending).toBe(0);
	});

	it('that has a fault of its own is quoted', async () => {
		const authority = new Authority((response) => response.writeHead(500).end('{"detail":"our mistake"}'));
		const failure = await ordering(authority, new FakeClock(), ['cam.example.org']);
		expect(failure).toMatchObject({ code: 'refused', message: expect.stringMatching(/ refused: our mistake$/) });
	});

	it('that breaks off is said to', async () => {
		const authority = new Authority((response) => response.destroy());
		const failure = await ordering(authority, new FakeClock(), ['cam.example.org']);
		expect(failure).toMatchObject({
			code: 'unreachable',
			message: expect.stringMatching(/^the connection to .* broke$/),
		});
	});

	it('that never answers is given up, and so is everything when the relay stops', async () => {
		const authority = new Authority(() => undefined);
		const clock = new FakeClock();
		const failing = ordering(authority, clock, ['cam.example.org']);
		await until(() => authority.orders.length === 1);
		clock.advance(ORDER_TIMEOUT_MS);
		expect(await failing).toMatchObject({ code: 'timed-out' });
		const stop = new AbortController();
		const stopped = ordering(authority, clock, ['cam.example.org'], stop.signal);
		await until(() => authority.orders.length === 2);
		stop.abort();
		expect(await stopped).toBeDefined();
		expect(clock.pending).toBe(0);
	});
});
