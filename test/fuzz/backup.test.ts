import { CodedError } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArchivable, readArchive, writeArchive } from '../../packages/relay/src/backup/archive.ts';
import { BackupError } from '../../packages/relay/src/backup/backup-error.ts';
import { seal, unseal } from '../../packages/relay/src/backup/seal.ts';

const PASSPHRASE = 'five geese over the marsh';
const recipe = { cost: { N: 2, r: 1, p: 1 }, salt: Buffer.alloc(16, 7) };

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const found: Uint8Array[] = [];
	for await (const part of parts) found.push(part);
	return Buffer.concat(found);
}

async function filesIn(bytes: AsyncIterable<Uint8Array>): Promise<[string, string][]> {
	const files: [string, string][] = [];
	for await (const { name, content } of readArchive(bytes)) files.push([name, (await all(content)).toString('hex')]);
	return files;
}

/** A backup is refused in words of its own, or is read: nothing else may come out of it. */
async function refusedOr<T>(read: Promise<T>): Promise<T | undefined> {
	try {
		return await read;
	} catch (failure) {
		if (!(failure instanceof BackupError)) throw failure;
		expect(failure).toBeInstanceOf(CodedError);
		expect(failure.message).toMatch(/^The (backup|passphrase) |^This is no backup/);
		return undefined;
	}
}

const files = fc.uniqueArray(
	fc.tuple(
		fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/).map((name) => `${name}.json`),
		fc.uint8Array({ maxLength: 300 }),
	),
	{ maxLength: 4, selector: ([name]) => name },
);

const archiveOf = (list: readonly (readonly [string, Uint8Array])[]) =>
	all(writeArchive(list.map(([name, bytes]) => ({ name, size: bytes.length, content: cut(bytes, 64) }))));

/** Bytes with some of them changed, removed, repeated or cut off. */
const damage = fc.array(
	fc.record({
		kind: fc.constantFrom('flip', 'cut', 'drop', 'repeat', 'insert'),
		at: fc.nat(),
		length: fc.nat({ max: 40 }),
		byte: fc.integer({ min: 1, max: 255 }),
	}),
	{ minLength: 1, maxLength: 3 },
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, changes: Damage): Buffer {
	let result = Buffer.from(bytes);
	for (const { kind, at: anywhere, length, byte } of changes) {
		const at = result.length === 0 ? 0 : anywhere % result.length;
		const [before, after] = [result.subarray(0, at), result.subarray(at)];
		if (kind === 'flip' && result.length > 0) result[at] = (result[at] ?? 0) ^ byte;
		if (kind === 'cut') result = Buffer.from(before);
		if (kind === 'drop') result = Buffer.concat([before, after.subarray(length + 1)]);
		if (kind === 'repeat') result = Buffer.concat([before, after.subarray(0, length + 1), after]);
		if (kind === 'insert') result = Buffer.concat([before, Buffer.alloc(length + 1, byte), after]);
	}
	return result;
}

describe('a backup', () => {
	it('comes back, whatever is in it and in whatever pieces it arrives', async () => {
		const sound = fc.asyncProperty(files, fc.integer({ min: 1, max: 200 }), async (list, size) => {
			const sealed = await all(seal(cut(await archiveOf(list), size), PASSPHRASE, { recipe }));
			const read = await filesIn(unseal(cut(sealed, size), PASSPHRASE));
			expect(read).toEqual(list.map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]));
		});
		await fc.assert(sound, { seed: 91, numRuns: 150 });
	});

	it('that is damaged is never read as another one', async () => {
		const sound = fc.asyncProperty(files, damage, async (list, changes) => {
			const sealed = await all(seal(cut(await archiveOf(list), 100), PASSPHRASE, { recipe }));
			const changed = damaged(sealed, changes);
			const read = await refusedOr(filesIn(unseal(cut(changed, 50), PASSPHRASE)));
			expect(read === undefined).toBe(!changed.equals(sealed));
		});
		await fc.assert(sound, { seed: 92, numRuns: 400 });
	});

	it('of a liar who knows the passphrase holds only files with a name of ours, each once', async () => {
		const sound = fc.asyncProperty(
			fc.oneof(fc.uint8Array({ maxLength: 200 }), files),
			damage,
			async (made, changes) => {
				const archive = made instanceof Uint8Array ? Buffer.from(made) : damaged(await archiveOf(made), changes);
				const read = (await refusedOr(filesIn(cut(archive, 30)))) ?? [];
				const names = read.map(([name]) => name);
				expect(names.every(isArchivable)).toBe(true);
				expect(new Set(names).size).toBe(names.length);
			},
		);
		await fc.assert(sound, { seed: 93, numRuns: 500 });
	});

	it('of random bytes is none', async () => {
		const sound = fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
			expect(await refusedOr(filesIn(unseal(cut(bytes, 50), PASSPHRASE)))).toBeUndefined();
		});
		await fc.assert(sound, { seed: 94, numRuns: 200 });
	});
});
