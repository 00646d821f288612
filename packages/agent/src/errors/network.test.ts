import { describe, expect, it } from 'vitest';
import { networkTrouble, networkWords, peerOf, placeOf } from './network.ts';

const PEER = { kind: 'camera', host: 'cam.lan', port: 80 };

function systemError(code: string): Error {
	return Object.assign(new Error(`something ${code}`), { code });
}

describe('networkWords', () => {
	it.each([
		['ECONNREFUSED', 'refused', 'nothing listens at cam.lan:80; is the camera running?'],
		['ENOTFOUND', 'unknown-name', 'the name cam.lan is not known here'],
		['EAI_AGAIN', 'unknown-name', 'the name cam.lan is not known here'],
		['EHOSTUNREACH', 'unreachable', 'there is no way from here to cam.lan:80'],
		['ETIMEDOUT', 'timed-out', 'cam.lan:80 does not answer'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate', 'the TLS certificate of cam.lan:80 is not good'],
		['ECONNRESET', 'broken', 'the connection to cam.lan:80 broke: something ECONNRESET'],
		['EWHATEVER', 'broken', 'the connection to cam.lan:80 broke'],
	])('explains %s', (code, trouble, words) => {
		expect(networkTrouble(systemError(code))).toBe(trouble);
		expect(networkWords(systemError(code), PEER)).toContain(words);
	});

	it('tells of every address that was tried, and of nothing else', () => {
		const attempt = (code: string, address: string) => Object.assign(systemError(code), { address, port: 443 });
		const tried = [attempt('ENETUNREACH', '2001:db8::1'), attempt('ETIMEDOUT', '203.0.113.5')];
		const both = Object.assign(new AggregateError(tried), { code: 'ENETUNREACH' });
		expect(networkTrouble(both)).toBe('timed-out');
		expect(networkWords(both, { ...PEER, kind: 'relay', host: 'cam.example' })).toBe(
			'no connection to the relay cam.example: [2001:db8::1]:443 cannot be reached from here; 203.0.113.5:443 did not answer in time',
		);
		const one = Object.assign(new AggregateError(tried.slice(0, 1)), { code: 'ENETUNREACH' });
		expect(networkWords(one, PEER)).toContain('there is no way from here to cam.lan:80');
	});

	it('makes do with what is no error at all', () => {
		expect(networkWords(undefined, PEER)).toBe('the connection to cam.lan:80 broke: undefined');
	});
});

describe('peerOf', () => {
	it.each([
		['http://cam.lan/x?y=z', 'cam.lan:80'],
		['https://me:hush@cam.lan', 'cam.lan:443'],
		['wss://cam.lan:8443/agent', 'cam.lan:8443'],
		['http://[::1]:8080/', '[::1]:8080'],
	])('takes nothing but the place from %s', (url, place) => {
		expect(placeOf(peerOf(new URL(url), 'camera'))).toBe(place);
	});
});
