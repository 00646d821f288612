import { type CipherGCM, createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Derive, HashCost } from '../auth/password-hash.ts';
import { BackupError } from './backup-error.ts';
import { Blocks } from './blocks.ts';
import {
	decodeHeader,
	encodeHeader,
	type KeyRecipe,
	MAX_BACKUP_KEY_MEMORY_BYTES,
	requireHeaderMac,
	SALT_BYTES_IN_HEADER,
	SEALED_HEADER_SIZE,
} from './sealed-header.ts';

/** Content of every chunk but the last. */
export const CHUNK_CONTENT_SIZE = 65_536;
const TAG_SIZE = 16;
const KEY_SIZE = 32;
const NONCE_SIZE = 12;

/** What a backup's key costs: 128 MiB and about half a second here. OWASP lists the same parameters for passwords. */
const COST: HashCost = { N: 2 ** 17, r: 8, p: 1 };

export interface SealOptions {
	/** Default: as above, and random. Tests choose both. */
	readonly recipe?: KeyRecipe;
	readonly derive?: Derive;
}

/**
 * Encrypts a stream with a passphrase: a header, and chunks that are authenticated one by one. Each counts in its nonce, and
 * the last one is marked there: chunks in another order, missing ones and a cut-off end do not pass. docs/backup.md has
 * the bytes.
 */
export async function* seal(
	content: AsyncIterable<Uint8Array>,
	passphrase: string,
	{ recipe = { cost: COST, salt: randomBytes(SALT_BYTES_IN_HEADER) }, derive = deriveKeys }: SealOptions = {},
): AsyncGenerator<Buffer> {
	const { key, macKey } = await keysOf(passphrase, recipe, derive);
	yield encodeHeader(recipe, macKey);
	const blocks = new Blocks(content, CHUNK_CONTENT_SIZE);
	for (let index = 0, isLast = false; !isLast; index++) {
		const block = await blocks.next();
		isLast = await blocks.isAtEnd();
		const cipher: CipherGCM = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast));
		yield Buffer.concat([cipher.update(block), cipher.final(), cipher.getAuthTag()]);
	}
}

/** Decrypts what `seal` has made. Gives nothing that was not authenticated; throws BackupError otherwise. */
export async function* unseal(
	sealed: AsyncIterable<Uint8Array>,
	passphrase: string,
	derive: Derive = deriveKeys,
): AsyncGenerator<Buffer> {
	const blocks = new Blocks(sealed, CHUNK_CONTENT_SIZE + TAG_SIZE);
	const header = await blocks.next(SEALED_HEADER_SIZE);
	if (header.length < SEALED_HEADER_SIZE) {
		throw new BackupError('not-a-backup', `This is no backup of Oriel: it has ${header.length} bytes`);
	}
	const recipe = decodeHeader(header);
	const { key, macKey } = await keysOf(passphrase, recipe, derive);
	requireHeaderMac(header, macKey);
	for (let index = 0, isLast = false; !isLast; index++) {
		const block = await blocks.next();
		isLast = await blocks.isAtEnd();
		const content = contentOf(block, key, nonceOf(index, isLast));
		if (!content) throw damaged(block, key, index, isLast);
		yield content;
	}
}

/** scrypt in a thread of Node's pool. */
const run = promisify<string, Buffer, number, HashCost & { readonly maxmem: number }, Buffer>(scrypt);
const deriveKeys: Derive = (passphrase, salt, length, cost) =>
	// What OpenSSL counts is a little more than the header's limit does.
	run(passphrase, salt, length, { ...cost, maxmem: 2 * MAX_BACKUP_KEY_MEMORY_BYTES });

/** Composed characters and those with a mark of their own are one: keyboards differ. */
async function keysOf(passphrase: string, { cost, salt }: KeyRecipe, derive: Derive) {
	const keys = await derive(passphrase.normalize('NFC'), salt, 2 * KEY_SIZE, cost);
	return { key: keys.subarray(0, KEY_SIZE), macKey: keys.subarray(KEY_SIZE) };
}

/** Never twice the same with one key: the key is of this backup alone. */
function nonceOf(index: number, isLast: boolean): Buffer {
	const nonce = Buffer.alloc(NONCE_SIZE);
	nonce.writeUInt32BE(index, 7);
	nonce.writeUInt8(isLast ? 1 : 0, 11);
	return nonce;
}

function contentOf(block: Buffer, key: Buffer, nonce: Buffer): Buffer | undefined {
	if (block.length < TAG_SIZE) return undefined;
	const end = block.length - TAG_SIZE;
	const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_SIZE });
	decipher.setAuthTag(block.subarray(end));
	const content = decipher.update(block.subarray(0, end));
	try {
		decipher.final();
		return content;
	} catch {
		return undefined;
	}
}

/** A whole chunk at the end that is not marked as the last: what followed it is missing. */
function damaged(block: Buffer, key: Buffer, index: number, isLast: boolean): BackupError {
	const at = SEALED_HEADER_SIZE + index * (CHUNK_CONTENT_SIZE + TAG_SIZE);
	const isCutOff = isLast && (block.length < TAG_SIZE || contentOf(block, key, nonceOf(index, false)) !== undefined);
	return new BackupError(
		'damaged',
		isCutOff
			? `The backup is cut off at byte ${at + block.length}: it was not copied completely`
			: `The backup is damaged between byte ${at} and byte ${at + block.length}: something there was changed, moved, or cut off`,
	);
}
