import { describe, expect, it } from 'vitest';
import { agentUrl, isOpenLine } from './address.ts';

describe('agentUrl', () => {
	it.each([
		['http://relay.example', 'ws://relay.example/agent'],
		['https://relay.example', 'wss://relay.example/agent'],
		['https://relay.example:8443/oriel/', 'wss://relay.example:8443/oriel/agent'],
		['192.168.1.7:8080', 'wss://192.168.1.7:8080/agent'],
		['relay:8080', 'wss://relay:8080/agent'],
		['localhost:8080', 'ws://localhost:8080/agent'],
		['127.0.0.1:8080', 'ws://127.0.0.1:8080/agent'],
		['127.example.org', 'wss://127.example.org/agent'],
		['localhost', 'ws://localhost/agent'],
		['[::1]:8080', 'ws://[::1]:8080/agent'],
		['wss://relay.example/', 'wss://relay.example/agent'],
	])('makes of %s %s', (relay, url) => {
		expect(agentUrl(relay).href).toBe(url);
	});

	it.each(['', 'ftp://relay', 'http://', 'not a host', 'https://re lay'])(
		'refuses %j and says what it wants',
		(relay) => {
			expect(() => agentUrl(relay)).toThrow(expect.objectContaining({ code: 'bad-relay' }));
			expect(() => agentUrl(relay)).toThrow(/https:\/\/HOST is accepted/);
		},
	);

	it('refuses a password in the address without repeating it', () => {
		expect(() => agentUrl('https://me:hush@relay')).toThrow(expect.objectContaining({ code: 'bad-relay' }));
		expect(() => agentUrl('https://me:hush@relay')).not.toThrow(/hush/);
	});
});

it('a line is open that leaves the machine without TLS', () => {
	const open = ['http://192.168.1.7:8080', 'https://192.168.1.7', 'localhost:8080', '[::1]:8080', 'relay.example'];
	expect(open.map((relay) => isOpenLine(agentUrl(relay)))).toEqual([true, false, false, false, false]);
});
