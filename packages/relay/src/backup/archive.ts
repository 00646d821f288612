import { BackupError } from './backup-error.ts';
import { Blocks } from './blocks.ts';

/** Files in one backup. */
export const MAX_BACKUP_FILES = 10_000;
/** The name of one, in bytes. */
export const MAX_BACKUP_NAME_BYTES = 255;

const PIECE_SIZE = 65_536;
const HEAD_SIZE = 2;
const SIZE_SIZE = 8;

/**
 * What a file of a backup may be called: nothing that leads out of the data directory, nothing that is hidden, no lock. The
 * same pattern says which files of a data directory belong to a backup.
 */
const NAME = /^(?:[a-z0-9][a-z0-9._-]*\.jsonl?|tls\/[a-z0-9][a-z0-9._-]*\.(?:pem|json))$/;

/** A file of a backup, whose content is read once. */
export interface ArchivedFile {
	readonly name: string;
	readonly size: number;
	readonly content: AsyncIterable<Uint8Array>;
}

/** Whether a backup may have a file of that name; `tls/…` are keys and certificates. */
export function isArchivable(name: string): boolean {
	return NAME.test(name) && Buffer.byteLength(name) <= MAX_BACKUP_NAME_BYTES;
}

/** Files one after the other: the length of the name, the name, the size, the content; an empty name at the end. */
export async function* writeArchive(
	files: Iterable<ArchivedFile> | AsyncIterable<ArchivedFile>,
): AsyncGenerator<Buffer> {
	for await (const { name, size, content } of files) {
		if (!isArchivable(name)) throw new Error(`"${name}" cannot be the name of a file in a backup`);
		const head = Buffer.alloc(HEAD_SIZE + name.length + SIZE_SIZE);
		head.writeUInt16BE(name.length, 0);
		head.write(name, HEAD_SIZE, 'latin1');
		head.writeBigUInt64BE(BigInt(size), HEAD_SIZE + name.length);
		yield head;
		let left = size;
		for await (const piece of content) {
			left -= piece.length;
			if (left < 0) break;
			yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
		}
		if (left !== 0) throw new Error(`${name} was changed while it was read; make the backup again`);
	}
	yield Buffer.alloc(HEAD_SIZE);
}

/**
 * Reads what `writeArchive` has written. Each file's content has to be read before the next file is asked for. Throws
 * BackupError for everything that a backup does not hold.
 */
export async function* readArchive(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArchivedFile> {
	const blocks = new Blocks(bytes, PIECE_SIZE);
	const seen = new Set<string>();
	for (;;) {
		const length = (await exactly(blocks, HEAD_SIZE)).readUInt16BE(0);
		if (length === 0) break;
		if (length > MAX_BACKUP_NAME_BYTES) throw bad(`a name of ${length} bytes; at most ${MAX_BACKUP_NAME_BYTES}`);
		const name = (await exactly(blocks, length)).toString('latin1');
		if (!isArchivable(name)) throw bad(`a file called ${JSON.stringify(name)}`);
		if (seen.has(name)) throw bad(`${name} twice`);
		seen.add(name);
		if (seen.size > MAX_BACKUP_FILES) throw bad(`more than ${MAX_BACKUP_FILES} files`);
		const size = Number((await exactly(blocks, SIZE_SIZE)).readBigUInt64BE(0));
		if (!Number.isSafeInteger(size)) throw bad(`${name} with a size of ${size} bytes`);
		let left = size;
		const content = async function* () {
			while (left > 0) {
				const piece = await exactly(blocks, Math.min(left, PIECE_SIZE));
				left -= piece.length;
				yield piece;
			}
		};
		yield { name, size, content: content() };
		if (left > 0) throw new Error(`the content of ${name} was not read`);
	}
	if (!(await blocks.isAtEnd())) throw bad('something behind its end');
}

async function exactly(blocks: Blocks, size: number): Promise<Buffer> {
	const block = await blocks.next(size);
	if (block.length === size) return block;
	throw bad('no end');
}

function bad(what: string): BackupError {
	return new BackupError('bad-content', `The backup holds what no Oriel has written: ${what}. Nothing was changed`);
}
