import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isByName, readCertificate } from './certificate.ts';
import { addressBytes, certify } from './certify.ts';
import { time } from './der.ts';
import { newPrivateKey, pinOf } from './key-pair.ts';
import { selfSigned } from './self-signed.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2);
const DAY = 86_400_000;
const key = newPrivateKey();

describe('a self-signed certificate', () => {
	const names = ['cam.example.org', 'vm', '192.0.2.7', '2001:db8::7'];
	const cert = selfSigned({ names, key, now: NOW });

	it('is for its names and addresses, from yesterday on, signed by its own key', () => {
		const x509 = new X509Certificate(cert);
		expect(x509.verify(x509.publicKey)).toBe(true);
		expect(x509.checkHost('cam.example.org')).toBe('cam.example.org');
		expect(x509.checkIP('192.0.2.7')).toBe('192.0.2.7');
		expect(x509.checkIP('2001:db8:0::7')).toBe('2001:db8:0::7');
		expect(x509.checkHost('example.org')).toBeUndefined();
		expect(x509.ca).toBe(false);
		expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
		const read = readCertificate({ cert, key });
		expect(read).toMatchObject({ names, isSelfSigned: true, issuer: 'Oriel relay' });
		expect([read.notBefore, read.notAfter]).toEqual([NOW - DAY, NOW + 824 * DAY]);
		expect(read.pin).toBe(pinOf(x509.publicKey));
		expect(isByName(read)).toBe(true);
	});

	it('keeps its pin when it is made again', () => {
		const again = readCertificate({ cert: selfSigned({ names: ['vm'], key, now: NOW + 800 * DAY }), key });
		expect(again.pin).toBe(readCertificate({ cert, key }).pin);
		expect(again.pin).toMatch(/^sha256\/[A-Za-z0-9+/]{43}=$/);
	});

	it('is refused with a key that is not its own, and so is what is no certificate', () => {
		expect(() => readCertificate({ cert, key: newPrivateKey() })).toThrow('the key is not the one of the certificate');
		expect(() => readCertificate({ cert: 'x', key })).toThrow(/the certificate cannot be read/);
		expect(() => readCertificate({ cert, key: 'x' })).toThrow(/the key cannot be read/);
	});
});

it('an authority vouches for others', () => {
	const authority = { subject: 'An authority', key: newPrivateKey() };
	const span = { notBefore: NOW, notAfter: NOW + DAY };
	const root = new X509Certificate(certify({ ...authority, ...span, names: [], isAuthority: true }));
	const leaf = new X509Certificate(certify({ names: ['vm'], subject: 'vm', key, ...span, issuer: authority }));
	expect([root.ca, leaf.checkIssued(root), leaf.verify(root.publicKey)]).toEqual([true, true, true]);
	expect(readCertificate({ cert: leaf.toString(), key })).toMatchObject({
		isSelfSigned: false,
		issuer: 'An authority',
	});
});

describe('DER', () => {
	it('writes times in two ways, as the standard wants', () => {
		expect(
			time(Date.UTC(2049, 11, 31, 23, 59, 59))
				.subarray(2)
				.toString(),
		).toBe('491231235959Z');
		expect(
			time(Date.UTC(2050, 0, 1))
				.subarray(2)
				.toString(),
		).toBe('20500101000000Z');
	});

	it('writes every address as OpenSSL reads it', () => {
		void fc.assert(
			fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
				expect(addressBytes(address)).toHaveLength(address.includes(':') ? 16 : 4);
				const x509 = new X509Certificate(selfSigned({ names: [address], key, now: NOW }));
				expect(x509.checkIP(address)).toBe(address);
			}),
			{ numRuns: 50 },
		);
	});
});
