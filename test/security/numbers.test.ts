import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { expect, it } from 'vitest';

/** Tests of the checklist that wait for what they are about. */
const WAITING: Readonly<Record<number, string>> = {
	23: 'path traversal in recordings: there are no recordings yet, and no route takes a path of the machine',
	24: 'byte ranges: there is nothing yet that could be asked for in parts',
	28: 'requests to addresses that a user gives: no feature takes one, and check/dangers.mjs allows the relay no way to call',
};

/** Tests that stand beside the code that they are about, under a heading of their own. */
const ELSEWHERE: Readonly<Record<number, string>> = {
	2: 'packages/relay/src/auth/policy.test.ts',
	29: 'tools/check/security.test.mjs',
};

it('every one of the 29 tests is there, or says why it waits', () => {
	const texts = ['test/security', 'test/e2e'].flatMap((folder) =>
		readdirSync(join(ROOT, folder))
			.filter((name) => name.endsWith('.test.ts') && name !== 'numbers.test.ts')
			.map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
	);
	const there = new Set(
		texts.flatMap((text) =>
			[...text.matchAll(/(?:describe|it)\('3\.3 \/ (\d+) /g)].map(([, number]) => Number(number)),
		),
	);
	for (const [number, file] of Object.entries(ELSEWHERE)) {
		if (readFileSync(join(ROOT, file), 'utf8').includes('describe(')) there.add(Number(number));
	}
	for (const number of Object.keys(WAITING)) expect(there.has(Number(number))).toBe(false);
	const all = Array.from({ length: 29 }, (_, index) => index + 1);
	expect(all.filter((number) => !there.has(number) && !(number in WAITING))).toEqual([]);
});
