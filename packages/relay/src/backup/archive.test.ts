import { describe, expect, it } from 'vitest';
import { type ArchivedFile, isArchivable, readArchive, writeArchive } from './archive.ts';
import type { BackupError } from './backup-error.ts';

async function* pieces(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* parts;
}

const file = (name: string, text: string, size = Buffer.byteLength(text)): ArchivedFile => ({
	name,
	size,
	content: pieces(Buffer.from(text)),
});

async function bytesOf(...files: ArchivedFile[]): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of writeArchive(files)) parts.push(part);
	return Buffer.concat(parts);
}

async function read(bytes: Uint8Array): Promise<[string, string][]> {
	const found: [string, string][] = [];
	for await (const { name, content } of readArchive(pieces(bytes))) {
		let text = '';
		for await (const piece of content) text += Buffer.from(piece).toString();
		found.push([name, text]);
	}
	return found;
}

const refusal = (bytes: Uint8Array): Promise<BackupError> =>
	read(bytes).then(
		() => Promise.reject(new Error('it was read')),
		(failure) => failure,
	);

/** One entry with any name and size, which `writeArchive` would not write. */
function entry(name: string, size: bigint, content = ''): Buffer {
	const head = Buffer.alloc(10 + Buffer.byteLength(name));
	head.writeUInt16BE(Buffer.byteLength(name));
	head.write(name, 2);
	head.writeBigUInt64BE(size, 2 + Buffer.byteLength(name));
	return Buffer.concat([head, Buffer.from(content)]);
}
const END = Buffer.alloc(2);

describe('an archive', () => {
	it('has its files in order, empty ones too', async () => {
		const bytes = await bytesOf(
			file('keys.json', '{}'),
			file('events.jsonl', ''),
			file('tls/key.pem', 'k'.repeat(200_000)),
		);
		expect(await read(bytes)).toEqual([
			['keys.json', '{}'],
			['events.jsonl', ''],
			['tls/key.pem', 'k'.repeat(200_000)],
		]);
		expect(await read(await bytesOf())).toEqual([]);
	});

	it.each(['keys.json', 'events-others.1.jsonl', 'tls/ordered.pem', 'tls/state.json', '0.json'])(
		'may hold %j',
		(name) => expect(isArchivable(name)).toBe(true),
	);

	it.each([
		'',
		'.',
		'..',
		'../keys.json',
		'/keys.json',
		'a/keys.json',
		'tls/../keys.json',
		'tls//key.pem',
		'tls',
		'.keys.json',
		'-keys.json',
		'keys.json\n',
		'KEYS.json',
		'relay.lock',
		'.0123456789ab.tmp',
		'key.pem',
		'incoming/keys.json',
		'ké.json',
		`${'a'.repeat(255)}.json`,
	])('does not hold %j', async (name) => {
		expect(isArchivable(name)).toBe(false);
		await expect(bytesOf(file(name, ''))).rejects.toThrow('cannot be the name of a file in a backup');
		if (name === '') return;
		expect((await refusal(Buffer.concat([entry(name, 0n), END]))).code).toBe('bad-content');
	});

	it('is refused if a file comes twice, has no end or an impossible size, or if something follows', async () => {
		const one = entry('keys.json', 2n, '{}');
		for (const bytes of [
			Buffer.concat([one, one, END]),
			one,
			one.subarray(0, 5),
			one.subarray(0, one.length - 1),
			Buffer.concat([one, Buffer.alloc(1)]),
			Buffer.concat([one, END, Buffer.alloc(1)]),
			entry('keys.json', 2n ** 64n - 1n, '{}'),
			entry('keys.json', 2n ** 50n, '{}'),
		]) {
			expect((await refusal(bytes)).code).toBe('bad-content');
		}
	});

	it('is not made of a file that is no longer as large as it was', async () => {
		await expect(bytesOf(file('events.jsonl', 'abc', 4))).rejects.toThrow('events.jsonl was changed while it was read');
		await expect(bytesOf(file('events.jsonl', 'abc', 2))).rejects.toThrow('events.jsonl was changed while it was read');
	});

	it('insists that its contents are read', async () => {
		const bytes = await bytesOf(file('keys.json', '{}'), file('people.json', '{}'));
		const files = readArchive(pieces(bytes));
		await files.next();
		await expect(files.next()).rejects.toThrow('the content of keys.json was not read');
	});
});
