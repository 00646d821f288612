import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Versions } from './versions.ts';

let prefix: string;
let versions: Versions;

beforeEach(() => {
	prefix = mkdtempSync(join(tmpdir(), 'oriel-versions-'));
	for (const name of ['0.1.0', '0.2.0', '0.3.0']) put(name, `of ${name}`);
	symlinkSync('0.1.0', join(prefix, 'current'));
	mkdirSync(join(prefix, 'node'));
	versions = new Versions(prefix);
});
afterEach(() => rmSync(prefix, { recursive: true, force: true }));

/** A version as install.sh leaves it. */
function put(name: string, sha256: string): void {
	mkdirSync(join(prefix, name));
	writeFileSync(join(prefix, name, '.sha256'), `${sha256}\n`);
}

/** A program that was unpacked. */
function unpacked(): string {
	const program = join(prefix, '.new.7');
	mkdirSync(program);
	return program;
}

const link = (name: string) => readlinkSync(join(prefix, name));
const folders = () => readdirSync(prefix).sort();

describe('the versions of an installation', () => {
	it('are found from the folder of the program that runs, and nowhere else', () => {
		expect(Versions.around(join(prefix, '0.1.0/')).prefix).toBe(prefix);
		expect(() => Versions.around(join(prefix, '0.1.0', 'packages'))).toThrow('was not installed by install.sh');
	});

	it('are the one that counts and the one before, which lead to each other', () => {
		expect([versions.current, versions.previous]).toEqual(['0.1.0', undefined]);
		versions.switchTo('0.2.0');
		expect([versions.current, versions.previous, link('current')]).toEqual(['0.2.0', '0.1.0', '0.2.0']);
		versions.switchTo('0.1.0');
		expect([versions.current, versions.previous]).toEqual(['0.1.0', '0.2.0']);
		versions.switchTo('0.1.0');
		expect([versions.current, versions.previous]).toEqual(['0.1.0', '0.2.0']);
	});

	it('are as they were after a switch that is undone', () => {
		versions.switchTo('0.2.0');
		versions.switchBack('0.1.0', undefined);
		expect([versions.current, versions.previous]).toEqual(['0.1.0', undefined]);
		versions.switchTo('0.2.0');
		versions.switchTo('0.3.0');
		versions.switchBack('0.2.0', '0.1.0');
		expect([versions.current, versions.previous]).toEqual(['0.2.0', '0.1.0']);
		expect(folders()).toEqual(['0.1.0', '0.2.0', '0.3.0', 'current', 'node', 'previous']);
	});

	it('are two: older ones go, and nothing else does', () => {
		mkdirSync(join(prefix, 'mine'));
		versions.switchTo('0.3.0');
		expect(versions.prune()).toEqual(['0.2.0']);
		expect(folders()).toEqual(['0.1.0', '0.3.0', 'current', 'mine', 'node', 'previous']);
		expect(versions.prune()).toEqual([]);
	});

	it('a previous one that is gone does not count', () => {
		versions.switchTo('0.2.0');
		rmSync(join(prefix, '0.1.0'), { recursive: true });
		expect(versions.previous).toBeUndefined();
	});

	it('get one more, with what its package was; other bytes of a version have a place of their own', () => {
		expect(versions.add(unpacked(), '0.4.0', 'abcdef0123456789')).toBe('0.4.0');
		expect(versions.sha256Of('0.4.0')).toBe('abcdef0123456789');
		expect(versions.add(unpacked(), '0.4.0', 'abcdef0123456789')).toBe('0.4.0');
		expect(existsSync(join(prefix, '.new.7'))).toBe(true);
		rmSync(join(prefix, '.new.7'), { recursive: true });
		expect(versions.add(unpacked(), '0.4.0', '9876543210abcdef')).toBe('0.4.0-98765432');
		expect(versions.sha256Of('0.4.0')).toBe('abcdef0123456789');
	});

	it('lose one that did not work, but never the one that counts', () => {
		versions.remove('0.2.0');
		versions.remove('0.1.0');
		expect(folders()).toEqual(['0.1.0', '0.3.0', 'current', 'node']);
	});
});
