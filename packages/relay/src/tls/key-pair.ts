import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A new private key, EC P-256, as PEM (PKCS #8). */
export function newPrivateKey(): string {
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** SubjectPublicKeyInfo of a private key (PEM), as DER. */
export function publicKeyOf(privateKey: string): Buffer {
	return createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' });
}

/** What agents pin: `sha256/` and the Base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469, 2.4). */
export function pinOf(publicKey: KeyObject): string {
	const spki = publicKey.export({ type: 'spki', format: 'der' });
	return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}
