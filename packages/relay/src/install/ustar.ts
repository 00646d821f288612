const BLOCK = 512;
/** Of 1985, which npm gives every file: the archive depends on the files alone. */
const MODIFIED_S = 499_162_500;

/** A file of an archive. */
export interface TarFile {
	/** With `/`, in ASCII. */
	readonly path: string;
	readonly bytes: Uint8Array;
	readonly isExecutable: boolean;
}

/** A tar archive in the format ustar (POSIX.1-1988) with these files, in this order: the same bytes for the same files. */
export function ustar(files: readonly TarFile[]): Buffer {
	const parts = files.flatMap((file) => [headerOf(file), file.bytes, Buffer.alloc(-file.bytes.length & (BLOCK - 1))]);
	return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function headerOf({ path, bytes, isExecutable }: TarFile): Buffer {
	const header = Buffer.alloc(BLOCK);
	const [prefix, name] = splitPath(path);
	header.write(name, 0, 100, 'latin1');
	octal(header, 100, 8, isExecutable ? 0o755 : 0o644);
	octal(header, 108, 8, 0); // owner
	octal(header, 116, 8, 0); // group
	octal(header, 124, 12, bytes.length);
	octal(header, 136, 12, MODIFIED_S);
	header.write('        ', 148, 'latin1'); // what the checksum counts in its own place
	header.write('0', 156, 'latin1'); // a regular file
	header.write('ustar\0' + '00', 257, 'latin1');
	header.write(prefix, 345, 155, 'latin1');
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return header;
}

/** The format has 155 bytes for folders and 100 for the rest; a name that does not fit would be cut off. */
function splitPath(path: string): readonly [prefix: string, name: string] {
	if (!/^[!-~]+$/.test(path)) throw new Error(`${JSON.stringify(path)} cannot stand in an archive: ASCII is expected`);
	if (path.length <= 100) return ['', path];
	const at = path.indexOf('/', path.length - 101);
	if (at < 1 || at > 155) throw new Error(`${path} is too long for an archive`);
	return [path.slice(0, at), path.slice(at + 1)];
}

function octal(header: Buffer, at: number, length: number, value: number): void {
	const digits = value.toString(8).padStart(length - 1, '0');
	if (digits.length > length - 1) throw new Error(`${value} is too large for an archive`);
	header.write(`${digits}\0`, at, 'latin1');
}
