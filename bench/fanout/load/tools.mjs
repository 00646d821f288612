import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stampedPicture } from './picture.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * The commands that make load. Each is the start of a command line.
 * @typedef {object} LoadTools
 * @property {string} language
 * @property {string} picture file with the picture to send
 * @property {readonly string[]} source
 * @property {readonly string[]} viewers
 * @property {readonly string[] | undefined} floor only where there is a C compiler
 * @property {readonly string[] | undefined} tlsViewers viewers that speak TLS; only where OpenSSL can be compiled against
 * @property {boolean} live whether the viewers speak oriel.v1
 */

/**
 * Compiles the load tools in C, or falls back on those in Node.
 * @param {string} folder for what is made
 * @returns {LoadTools}
 */
export function loadTools(folder) {
	mkdirSync(folder, { recursive: true });
	const picture = join(folder, 'picture.jpg');
	writeFileSync(picture, stampedPicture());
	const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
	if (!compiler) {
		const node = (name) => [process.execPath, join(HERE, `${name}.mjs`)];
		return {
			language: 'Node',
			picture,
			source: node('source'),
			viewers: node('viewers'),
			floor: undefined,
			tlsViewers: undefined,
			live: false,
		};
	}
	const compiled = (name) => {
		const program = join(folder, name);
		execFileSync(compiler, ['-O2', '-o', program, join(HERE, `${name}.c`)]);
		return [program];
	};
	const tools = { source: compiled('source'), viewers: compiled('viewers'), floor: compiled('floor') };
	return { language: `C (${compiler})`, picture, ...tools, tlsViewers: withTls(compiler, folder), live: true };
}

/** The viewers that speak TLS; undefined without OpenSSL's headers. */
function withTls(compiler, folder) {
	const program = join(folder, 'viewers-tls');
	const args = ['-O2', '-DWITH_TLS', '-o', program, join(HERE, 'viewers.c'), '-lssl', '-lcrypto'];
	return spawnSync(compiler, args).status === 0 ? [program] : undefined;
}
