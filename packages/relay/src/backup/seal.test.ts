import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeArchive } from './archive.ts';
import type { BackupError } from './backup-error.ts';
import { CHUNK_CONTENT_SIZE, seal, unseal } from './seal.ts';
import { SEALED_HEADER_SIZE } from './sealed-header.ts';

/** Costs nothing, so that a test can do it thousands of times. */
const recipe = { cost: { N: 2, r: 1, p: 1 }, salt: Buffer.alloc(16, 7) };
const PASSPHRASE = 'five geese over the marsh';
const TAG_SIZE = 16;

async function* pieces(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* parts;
}

async function all(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const found: Uint8Array[] = [];
	for await (const part of parts) found.push(part);
	return Buffer.concat(found);
}

const sealed = (content: Uint8Array, passphrase = PASSPHRASE) => all(seal(pieces(content), passphrase, { recipe }));
const opened = (bytes: Uint8Array, passphrase = PASSPHRASE) => all(unseal(pieces(bytes), passphrase));
const refusal = (bytes: Uint8Array, passphrase = PASSPHRASE): Promise<BackupError> =>
	opened(bytes, passphrase).then(
		() => Promise.reject(new Error('it was opened')),
		(failure) => failure,
	);

describe('a sealed stream', () => {
	it.each([0, 1, CHUNK_CONTENT_SIZE - 1, CHUNK_CONTENT_SIZE, CHUNK_CONTENT_SIZE + 1, 3 * CHUNK_CONTENT_SIZE])(
		'of %d bytes comes back, in whatever pieces it arrives',
		async (size) => {
			const content = Buffer.from(Array.from({ length: size }, (_, at) => (at * 31) & 0xff));
			const bytes = await sealed(content);
			expect((await opened(bytes)).equals(content)).toBe(true);
			const crumbs = Array.from({ length: Math.ceil(bytes.length / 1013) }, (_, at) =>
				bytes.subarray(at * 1013, (at + 1) * 1013),
			);
			expect((await all(unseal(pieces(...crumbs), PASSPHRASE))).equals(content)).toBe(true);
		},
	);

	it('is a header of 60 bytes, and 16 bytes more for each 64 KiB', async () => {
		expect((await sealed(Buffer.alloc(0))).length).toBe(SEALED_HEADER_SIZE + TAG_SIZE);
		const two = await sealed(Buffer.alloc(CHUNK_CONTENT_SIZE + 1));
		expect(two.length).toBe(SEALED_HEADER_SIZE + CHUNK_CONTENT_SIZE + 1 + 2 * TAG_SIZE);
	});

	it('holds one chunk at a time, not the whole', async () => {
		let given = 0;
		const endless = async function* () {
			for (;;) {
				given += CHUNK_CONTENT_SIZE;
				yield Buffer.alloc(CHUNK_CONTENT_SIZE);
			}
		};
		const stream = seal(endless(), PASSPHRASE, { recipe });
		const reader = unseal(stream, PASSPHRASE);
		for (let read = 1; read <= 20; read++) {
			await reader.next();
			expect(given).toBeLessThanOrEqual((read + 4) * CHUNK_CONTENT_SIZE);
		}
		await reader.return(undefined);
	});

	it('is another one each time, with another salt', async () => {
		const make = () => all(seal(pieces(Buffer.from('a')), PASSPHRASE, { derive: async () => Buffer.alloc(64) }));
		expect(await make()).not.toEqual(await make());
	});

	it('takes a passphrase however its letters are composed', async () => {
		const bytes = await sealed(Buffer.from('x'), 'caf\u00e9 noir ce soir');
		expect(await opened(bytes, 'cafe\u0301 noir ce soir')).toEqual(Buffer.from('x'));
	});

	it('asks for 128 MiB and one pass, as its header says', async () => {
		const costs: unknown[] = [];
		const derive = async (_passphrase: string, _salt: Buffer, length: number, cost: unknown) => {
			costs.push(cost);
			return Buffer.alloc(length);
		};
		const bytes = await all(seal(pieces(), PASSPHRASE, { derive }));
		expect(costs).toEqual([{ N: 131_072, r: 8, p: 1 }]);
		expect([...bytes.subarray(8, 12)]).toEqual([1, 17, 8, 1]);
	});
});

describe('what does not pass', () => {
	it('a wrong passphrase', async () => {
		const failure = await refusal(await sealed(Buffer.from('x')), 'five geese over the lake');
		expect([failure.code, failure.message]).toEqual([
			'wrong-passphrase',
			'The passphrase is wrong, or the first 60 bytes of the backup are damaged',
		]);
	});

	it('any changed byte: of the header, of a chunk, of a tag', async () => {
		const bytes = await sealed(Buffer.from('all that a relay remembers'));
		for (let at = 0; at < bytes.length; at++) {
			for (const bit of [1, 0x80]) {
				const changed = Buffer.from(bytes);
				changed[at] = (changed[at] ?? 0) ^ bit;
				const { code, message } = await refusal(changed);
				expect(['not-a-backup', 'unknown-format', 'too-costly', 'wrong-passphrase', 'damaged']).toContain(code);
				expect(message.length).toBeGreaterThan(20);
			}
		}
	});

	it('a cut at any place, which is said to be one', async () => {
		const bytes = await sealed(Buffer.alloc(CHUNK_CONTENT_SIZE + 40, 1));
		const chunk = CHUNK_CONTENT_SIZE + TAG_SIZE;
		for (const length of [0, 1, 59, 60, 61, 75, 76, 60 + chunk - 1, 60 + chunk, 60 + chunk + 1, bytes.length - 1]) {
			const { code, message } = await refusal(bytes.subarray(0, length));
			expect(code, `${length}`).toBe(length < SEALED_HEADER_SIZE ? 'not-a-backup' : 'damaged');
			if (length >= SEALED_HEADER_SIZE) expect(message).toContain('cut off');
		}
		expect((await refusal(bytes.subarray(0, 60 + chunk))).message).toContain(`is cut off at byte ${60 + chunk}:`);
	});

	it('chunks in another order, twice, or missing, and bytes behind the end', async () => {
		const bytes = await sealed(Buffer.concat([1, 2, 3].map((byte) => Buffer.alloc(CHUNK_CONTENT_SIZE, byte))));
		const header = bytes.subarray(0, SEALED_HEADER_SIZE);
		const size = CHUNK_CONTENT_SIZE + TAG_SIZE;
		const [one = header, two = header, three = header] = [0, 1, 2].map((at) =>
			bytes.subarray(SEALED_HEADER_SIZE + at * size, SEALED_HEADER_SIZE + (at + 1) * size),
		);
		for (const parts of [
			[two, one, three],
			[one, one, two, three],
			[one, three],
			[two, three],
			[one, two, three, three],
		]) {
			expect((await refusal(Buffer.concat([header, ...parts]))).code).toBe('damaged');
		}
		expect((await refusal(Buffer.concat([bytes, Buffer.from([0])]))).code).toBe('damaged');
		// Of another backup with the same passphrase: its key is another one.
		const other = { cost: recipe.cost, salt: Buffer.alloc(16, 8) };
		const foreign = await all(seal(pieces(Buffer.alloc(3 * CHUNK_CONTENT_SIZE)), PASSPHRASE, { recipe: other }));
		const mixed = Buffer.concat([header, one, two, foreign.subarray(SEALED_HEADER_SIZE + 2 * size)]);
		expect((await refusal(mixed)).code).toBe('damaged');
	});

	it('a header that asks for more memory or work than a backup may: refused before any is taken', async () => {
		const bytes = await sealed(Buffer.from('x'));
		const derive = () => Promise.reject(new Error('memory was taken'));
		for (const [logN, r, p] of [
			[18, 9, 1],
			[30, 8, 1],
			[255, 255, 255],
			[17, 8, 9],
			[1, 255, 255],
			[0, 1, 1],
			[10, 0, 1],
			[10, 8, 0],
		] as const) {
			const hostile = Buffer.from(bytes);
			hostile.set([logN, r, p], 9);
			const failure: BackupError = await all(unseal(pieces(hostile), PASSPHRASE, derive)).catch((thrown) => thrown);
			expect(failure.message).toContain(`N = ${2 ** logN}, r = ${r}, p = ${p}`);
			expect(failure.code).toBe('too-costly');
		}
	});

	it('a backup of a later version of the format, which is said', async () => {
		const bytes = await sealed(Buffer.from('x'));
		bytes[8] = 2;
		expect(await refusal(bytes)).toMatchObject({
			code: 'unknown-format',
			message: expect.stringContaining('version 2'),
		});
	});
});

interface Vector {
	readonly about: string;
	readonly passphrase: string;
	readonly salt: string;
	readonly cost: { readonly N: number; readonly r: number; readonly p: number };
	readonly files: Readonly<Record<string, string>>;
	readonly content: string;
	readonly sealed: string;
}

/** Written once; a program in another language can be checked with them. */
const vectors: Vector[] = JSON.parse(
	readFileSync(new URL('../../../../test/vectors/backup.json', import.meta.url), 'utf8'),
);

it.each(vectors)('the vector "$about" is made and read, byte for byte', async (vector) => {
	const { passphrase, salt, cost, files, content, sealed } = vector;
	const archive = writeArchive(
		Object.entries(files).map(([name, text]) => ({
			name,
			size: Buffer.byteLength(text),
			content: pieces(Buffer.from(text)),
		})),
	);
	const made = await all(seal(archive, passphrase, { recipe: { cost, salt: Buffer.from(salt, 'hex') } }));
	expect(made.toString('hex')).toBe(sealed);
	expect((await opened(Buffer.from(sealed, 'hex'), passphrase)).toString('hex')).toBe(content);
});
