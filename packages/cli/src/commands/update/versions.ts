import {
	accessSync,
	constants,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The link that the services start from, and the one to the version before. */
const CURRENT = 'current';
const PREVIOUS = 'previous';
/** In a version's folder: what its package was. install.sh writes the same. */
const MARK = '.sha256';

/** Where install.sh puts the program: `/opt/oriel` with one folder for each version. */
export class Versions {
	/** `/opt/oriel` */
	readonly prefix: string;

	constructor(prefix: string) {
		this.prefix = prefix;
	}

	/** Those that the program in `folder` is one of. Throws if install.sh has not put it there. */
	static around(folder: string): Versions {
		const prefix = dirname(resolve(folder));
		const link = lstatSync(join(prefix, CURRENT), { throwIfNoEntry: false });
		if (link?.isSymbolicLink()) return new Versions(prefix);
		throw new Error(
			`Oriel in ${resolve(folder)} was not installed by install.sh, so this command cannot update it. Installed with npm: npm install -g PACKAGE; a clone: git pull`,
		);
	}

	/** The name of the folder that counts, e.g. `0.1.0`. */
	get current(): string {
		return basename(readlinkSync(join(this.prefix, CURRENT)));
	}

	/** The one before; undefined: there is none. */
	get previous(): string | undefined {
		const link = join(this.prefix, PREVIOUS);
		if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
		const name = basename(readlinkSync(link));
		return existsSync(join(this.prefix, name, MARK)) ? name : undefined;
	}

	home(name: string): string {
		return join(this.prefix, name);
	}

	/** SHA-256 of the package that a version was unpacked from; undefined: it is not known. */
	sha256Of(name: string): string | undefined {
		const path = join(this.home(name), MARK);
		return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
	}

	/** Throws, with the command that may, if this user may not change anything here. */
	requireWritable(command: string): void {
		try {
			accessSync(this.prefix, constants.W_OK);
		} catch (cause) {
			throw new Error(`Only root may change ${this.prefix}: sudo oriel ${command}`, { cause });
		}
	}

	/** Gives an unpacked program its place, and the name of that. Other bytes of one version get a place of their own. */
	add(program: string, version: string, sha256: string): string {
		const isTaken = existsSync(this.home(version)) && this.sha256Of(version) !== sha256;
		const name = isTaken ? `${version}-${sha256.slice(0, 8)}` : version;
		if (!existsSync(this.home(name))) {
			writeFileSync(join(program, MARK), `${sha256}\n`);
			renameSync(program, this.home(name));
		}
		return name;
	}

	/** From now on `name` counts; what counted before is the previous one. At no time there is none. */
	switchTo(name: string): void {
		const before = this.current;
		if (before === name) return;
		this.#link(PREVIOUS, before);
		this.#link(CURRENT, name);
	}

	/** Undoes a `switchTo`, so that another `--back` leads where it did. */
	switchBack(to: string, previous: string | undefined): void {
		this.#link(CURRENT, to);
		if (previous === undefined) rmSync(join(this.prefix, PREVIOUS), { force: true });
		else this.#link(PREVIOUS, previous);
	}

	/** Removes a version that does not count. */
	remove(name: string): void {
		if (name !== this.current) rmSync(this.home(name), { recursive: true, force: true });
	}

	/** Removes all versions but the one that counts and the one before. Gives their names. */
	prune(): string[] {
		const kept = new Set([this.current, this.previous]);
		const old = readdirSync(this.prefix).filter((name) => !kept.has(name) && this.#isVersion(name));
		for (const name of old) rmSync(this.home(name), { recursive: true, force: true });
		return old;
	}

	#isVersion(name: string): boolean {
		const isFolder = lstatSync(this.home(name)).isDirectory();
		return isFolder && !name.startsWith('.') && existsSync(join(this.home(name), MARK));
	}

	#link(name: string, to: string): void {
		const draft = join(this.prefix, `.${name}.new`);
		rmSync(draft, { force: true });
		symlinkSync(to, draft);
		renameSync(draft, join(this.prefix, name));
	}
}
