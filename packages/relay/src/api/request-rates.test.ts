import { FakeClock } from '@oriel/testing/fake-clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { CORE_PERMISSIONS, Policy, type Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { agent } from '../inputs/agent/plugin.ts';
import { upload } from '../inputs/upload/plugin.ts';
import { live } from '../outputs/live/plugin.ts';
import {
	API_CALLS_PER_SECOND,
	CALLS_PER_SECOND,
	MAX_API_CALL_BURST,
	MAX_CALL_BURST,
	MAX_REQUEST_BURST,
	MAX_WRITE_BURST,
	REQUESTS_PER_SECOND,
	RequestRates,
	WRITES_PER_SECOND,
} from './request-rates.ts';

let clock: FakeClock;
let rates: RequestRates;
let limited: string[];

beforeEach(() => {
	clock = new FakeClock();
	limited = [];
	const addressOf = (request: { readonly url?: string | undefined }) => request.url ?? '';
	const policy = new Policy(CORE_PERMISSIONS, ...[upload, agent, live].map(({ permissions = {} }) => permissions));
	rates = new RequestRates({ clock, addressOf, policy, limited: (kind) => limited.push(kind) });
});

/** A request from an address. */
function from(url: string, method = 'GET'): never {
	return { url, method } as never;
}

/** How many of so many calls are let in, and what the last one is told. */
function admitted(count: number, call: () => void): { readonly passed: number; readonly last: RelayError | undefined } {
	let passed = 0;
	let last: RelayError | undefined;
	for (let index = 0; index < count; index++) {
		try {
			call();
			passed++;
		} catch (thrown) {
			if (!(thrown instanceof RelayError)) throw thrown;
			last = thrown;
		}
	}
	return { passed, last };
}

describe('requests', () => {
	it.each([
		['of any kind', MAX_REQUEST_BURST, REQUESTS_PER_SECOND, () => rates.count(from('192.0.2.1'))],
		['of the API', MAX_API_CALL_BURST, API_CALLS_PER_SECOND, () => rates.countCall(from('192.0.2.1'), 'camera.list')],
		[
			'that change something',
			...([MAX_WRITE_BURST, WRITES_PER_SECOND] as const),
			() => rates.countCall(from('192.0.2.1', 'POST'), 'session.open'),
		],
	])('%s are limited for each network', (_words, burst, perSecond, call) => {
		const first = admitted(burst + 5, call);
		expect(first.passed).toBe(burst);
		expect([first.last?.code, first.last?.retryAfterSeconds]).toEqual(['too-many-requests', 1]);
		expect(limited).toEqual(Array(5).fill('requests'));
		clock.advance(1000);
		expect(admitted(burst, call).passed).toBe(perSecond);
		rates.count(from('192.0.2.2'));
		rates.countCall(from('192.0.2.2', 'POST'), 'session.open');
	});

	it('of one credential are limited, wherever they come from; others and strangers are not meant', () => {
		const token = (credential: string): Principal => ({ kind: 'token', credential, cameras: undefined });
		const call = () => rates.countCaller(token('a'), 'camera.list');
		expect(admitted(MAX_CALL_BURST + 5, call).passed).toBe(MAX_CALL_BURST);
		clock.advance(1000);
		expect(admitted(MAX_CALL_BURST, call).passed).toBe(CALLS_PER_SECOND);
		rates.countCaller(token('b'), 'camera.list');
		expect(
			admitted(2 * MAX_CALL_BURST, () => rates.countCaller({ kind: 'anonymous' }, 'camera.list')).last,
		).toBeUndefined();
	});

	it('for pictures, files, streams and health count as requests alone', () => {
		const who: Principal = { kind: 'token', credential: 'a', cameras: undefined };
		for (const action of [
			'camera.watch',
			'page.read',
			'camera.publish',
			'live.open',
			'agent.open',
			'health.read',
		] as const) {
			const call = () => {
				rates.countCall(from('192.0.2.1', 'PUT'), action);
				rates.countCaller(who, action);
			};
			expect(admitted(MAX_API_CALL_BURST + 1, call).last).toBeUndefined();
		}
	});
});
