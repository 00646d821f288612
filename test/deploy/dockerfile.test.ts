import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { describe, expect, it } from 'vitest';
import { only, stages } from './dockerfile.ts';
import { tool } from './tool.ts';

const FOLDER = 'deploy/container';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const all = stages();
const [, image = []] = all;

describe('the Dockerfile of the relay', () => {
	it('has nothing that hadolint would complain of', () => {
		expect(tool('hadolint', '--no-color', `${FOLDER}/Dockerfile`)).toEqual({ status: 0, output: '' });
	});

	it('builds on the version of Node that install.sh fetches, named exactly', () => {
		const [, version] = /^NODE_VERSION=(.*)$/m.exec(read('deploy/install.sh')) ?? [];
		const bases = all.map((stage) => only(stage, 'FROM').split(' ')[0]);
		expect(bases).toEqual([`node:${version}-bookworm-slim`, `node:${version}-bookworm-slim`]);
	});

	it('copies what is there, and what its .dockerignore lets through', () => {
		const ignore = read(`${FOLDER}/Dockerfile.dockerignore`).split('\n');
		const copied = all.flat().filter(({ name, options }) => name === 'COPY' && options.length === 0);
		const sources = copied.flatMap(({ words }) => words.split(' ').slice(0, -1));
		expect(sources.length).toBeGreaterThan(10);
		for (const source of sources) {
			expect(existsSync(join(ROOT, source)), source).toBe(true);
			const parents = source.split('/').map((_, index, parts) => `!${parts.slice(0, index + 1).join('/')}`);
			expect(
				ignore.filter((line) => parents.includes(line)),
				source,
			).not.toEqual([]);
		}
		expect(ignore.filter((line) => !line.startsWith('#'))[0]).toBe('*');
		expect(ignore).toEqual(expect.arrayContaining(['**/node_modules', '**/dist']));
	});

	it('runs as a user without rights, with its data in one volume', () => {
		expect(only(image, 'USER')).toBe('10001:10001');
		expect(only(image, 'VOLUME')).toBe('/data');
		expect(only(image, 'ENV')).toBe('ORIEL_DATA=/data');
	});
});
