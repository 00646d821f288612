import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HashCost } from '../auth/password-hash.ts';
import { BackupError } from './backup-error.ts';

/** What every backup begins with, in ASCII. */
const MAGIC = Buffer.from('ORIELBAK', 'latin1');
/** Version of the format: docs/backup.md. */
const VERSION = 1;
export const SALT_BYTES_IN_HEADER = 16;
const MAC_AT = 28;
export const SEALED_HEADER_SIZE = 60;

/** Memory that a backup may ask for when it is opened: a hostile one must not take the machine's. Ours takes 128 MiB. */
export const MAX_BACKUP_KEY_MEMORY_BYTES = 256 * 1024 * 1024;
/** Work that it may ask for, as memory times passes: some seconds on a small machine. Ours takes 128 MiB. */
export const MAX_BACKUP_KEY_WORK_BYTES = 1024 * 1024 * 1024;

/** How the key of a backup is made of its passphrase. */
export interface KeyRecipe {
	readonly cost: HashCost;
	readonly salt: Buffer;
}

/** The first 60 bytes of a backup. `macKey` is made of the passphrase: with another one the code at the end does not fit. */
export function encodeHeader({ cost: { N, r, p }, salt }: KeyRecipe, macKey: Buffer): Buffer {
	const header = Buffer.alloc(SEALED_HEADER_SIZE);
	MAGIC.copy(header);
	header.writeUInt8(VERSION, 8);
	header.writeUInt8(Math.log2(N), 9);
	header.writeUInt8(r, 10);
	header.writeUInt8(p, 11);
	salt.copy(header, 12);
	macOf(header, macKey).copy(header, MAC_AT);
	return header;
}

/** The recipe in a header. Throws in words if it is none, or asks for more than a backup may. */
export function decodeHeader(header: Buffer): KeyRecipe {
	if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
		throw new BackupError('not-a-backup', 'This is no backup of Oriel: it does not begin with ORIELBAK');
	}
	const version = header.readUInt8(8);
	if (version !== VERSION) {
		const words = `The backup has version ${version} of its format; this Oriel reads ${VERSION}. Use a newer one`;
		throw new BackupError('unknown-format', words);
	}
	const [logN = 0, r = 0, p = 0] = header.subarray(9, 12);
	const cost = { N: 2 ** logN, r, p };
	requireBearable(cost);
	return { cost, salt: Buffer.from(header.subarray(12, MAC_AT)) };
}

/** Throws if the header was made with another passphrase, or changed since. */
export function requireHeaderMac(header: Buffer, macKey: Buffer): void {
	if (timingSafeEqual(header.subarray(MAC_AT), macOf(header, macKey))) return;
	throw new BackupError('wrong-passphrase', 'The passphrase is wrong, or the first 60 bytes of the backup are damaged');
}

/** Memory that scrypt takes. */
export function keyMemoryOf({ N, r, p }: HashCost): number {
	return 128 * r * (N + p);
}

function requireBearable(cost: HashCost): void {
	const { N, r, p } = cost;
	const memory = keyMemoryOf(cost);
	const isSane = N >= 2 && N <= 2 ** 30 && r >= 1 && p >= 1;
	if (isSane && memory <= MAX_BACKUP_KEY_MEMORY_BYTES && memory * p <= MAX_BACKUP_KEY_WORK_BYTES) return;
	throw new BackupError(
		'too-costly',
		`The backup asks for scrypt with N = ${N}, r = ${r}, p = ${p}; at most ${MAX_BACKUP_KEY_MEMORY_BYTES} bytes of memory are expected. Its header is damaged, or it is hostile`,
	);
}

function macOf(header: Buffer, macKey: Buffer): Buffer {
	return createHmac('sha256', macKey).update(header.subarray(0, MAC_AT)).digest();
}
