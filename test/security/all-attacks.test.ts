// What `npm run test:long` runs must be all that there is.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { phases } from '../long/phases.ts';
import { ATTACKS, FLOODS } from './attacks/all.ts';

/** Files beside the attacks that hold none. */
const TOOLS = /^(all|attacker|flood-client|http-messages|memory-tools|random-.*)\.ts$/;
const names = Object.keys(ATTACKS);

describe('the list of all attacks', () => {
	it('has every attack of test/security/attacks under a name of its own', async () => {
		const folder = new URL('attacks/', import.meta.url);
		const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !TOOLS.test(name));
		const exported: string[] = [];
		for (const file of files) exported.push(...Object.keys(await import(new URL(file, folder).href)));
		const others = names.filter((name) => name.startsWith('random'));
		expect([...names].sort()).toEqual([...exported, ...others].sort());
		expect(others.length).toBe(7);
		expect(names).toEqual(expect.arrayContaining([...FLOODS]));
	});
});

describe('the long run', () => {
	it('has each attack beside two others, and beside all, and takes the time that it is given', () => {
		const all = phases(names, 600_000);
		const last = all.at(-1)?.processes ?? [];
		const before = all.slice(0, -1).map(({ processes }) => processes.flat());
		expect(last.flat().sort()).toEqual([...names].sort());
		expect(before.flat().sort()).toEqual([...names].sort());
		expect(before.every(({ length }) => length >= 2 && length <= 3)).toBe(true);
		expect(all.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(600_000);
	});
});
