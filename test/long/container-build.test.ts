// The first stage of the container's Dockerfile, on a machine of its own: from the files that it copies and nothing else of
// this clone. It installs all packages and builds everything, which is too long for every day.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OtherMachine } from '@oriel/testing/other-machine';
import { ROOT } from '@oriel/testing/program';
import { expect, it } from 'vitest';
import { only, stages } from '../deploy/dockerfile.ts';
import { Release } from '../deploy/release.ts';

it('the first stage of the Dockerfile builds the package that npm run pack makes here', async () => {
	using release = new Release();
	await using machine = await OtherMachine.start();
	const [build = []] = stages();
	const folder = only(build, 'WORKDIR');
	const copied = build.filter(({ name }) => name === 'COPY').map(({ words }) => words.split(' '));
	const sources = copied.flatMap((words) => {
		const target = words.at(-1) ?? '';
		// Each keeps its place.
		if (target !== './') expect(words.slice(0, -1)).toEqual([target]);
		return words.slice(0, -1);
	});
	const ignored =
		readFileSync(join(ROOT, 'deploy/container/Dockerfile.dockerignore'), 'utf8').match(/^\*\*\/.*$/gm) ?? [];
	const exclude = ignored.map((line) => `--exclude='${line.replace('**/', '')}'`).join(' ');
	const copy = `mkdir ${folder} && tar -C ${ROOT} ${exclude} -cf - ${sources.join(' ')} | tar -C ${folder} -xf -`;
	expect(await machine.done(copy)).toMatchObject({ code: 0 });

	const built = await machine.done(`cd ${folder} && ${only(build, 'RUN')}`);
	expect(built, built.stdout + built.stderr).toMatchObject({ code: 0 });
	const { version } = JSON.parse(machine.read('/opt/oriel/package.json') ?? '{}');
	expect((await machine.done('node /opt/oriel/bin/oriel.mjs --version')).stdout).toBe(`${version}\n`);
	const sum = createHash('sha256').update(readFileSync(release.tarball)).digest('hex');
	expect((await machine.done(`sha256sum </tmp/oriel-${version}.tgz`)).stdout).toBe(`${sum}  -\n`);
});
