import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { expect, it } from 'vitest';

const PACKAGES = ['base', 'protocol', 'api', 'relay'];
/** What a limit is called. */
const LIMIT =
	/^(MAX|MIN)_|_(TIMEOUT_MS|SILENCE_MS|WAIT_MS|HOURS|DAYS|MINUTES|BACKLOG|BYTES|WINDOW|STALL)$|^(SILENCE|LINGER_MS)$/;
/** Sizes that are fixed by a format, not limits. */
const SHAPES = new Set([
	'HEADER_BYTES',
	'FRAME_HEAD_BYTES',
	'POSTER_HEAD_BYTES',
	'PRESENTATION_BYTES',
	'ACK_BYTES',
	'PING_BYTES',
	'PONG_BYTES',
	'TYPE_BYTES',
	// What may be in flight at first, before the path is known.
	'FIRST_BYTES',
]);
/** Constants without a unit in their name that are in microseconds. */
const MICROS = new Set(['WRITE_STALL', 'SILENCE', 'FAILURE_WINDOW']);

const UNITS: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1000,
	min: 60_000,
	h: 3_600_000,
	d: 86_400_000,
	KiB: 1024,
	MiB: 1024 ** 2,
};
const NAMED: Readonly<Record<string, number>> = { HOURS: 3_600_000, DAYS: 86_400_000, MINUTES: 60_000 };

interface Row {
	readonly name: string;
	readonly limit: string;
	readonly file: string;
}

function sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return sources(path);
		return /\.ts$/.test(name) && !/\.test\.ts$/.test(name) ? [path] : [];
	});
}

/** In the unit that the constant's name tells. */
function wantedOf({ name, limit }: Row): number {
	const [, count = '', unit] = /^(\d+)(?: (\w+))?$/.exec(limit) ?? [];
	const value = Number(count) * (unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN));
	if (MICROS.has(name)) return value * 1000;
	return value / (NAMED[name.split('_').at(-1) ?? ''] ?? 1);
}

const text = readFileSync(join(ROOT, 'docs/limits.md'), 'utf8');
const rows: Row[] = [...text.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|.*\| `([^`]+)` \|$/gm)].map(
	([, name = '', limit = '', file = '']) => ({ name, limit, file }),
);

it.each(rows)('$name is $limit', async (row) => {
	const module: Record<string, unknown> = await import(join(ROOT, 'packages', row.file));
	expect(module[row.name]).toBe(wantedOf(row));
});

it('no limit is missing', () => {
	const listed = new Set(rows.map(({ name, file }) => `${file} ${name}`));
	const found = PACKAGES.flatMap((room) =>
		sources(join(ROOT, 'packages', room, 'src')).flatMap((path) => {
			const names = [...readFileSync(path, 'utf8').matchAll(/^export const ([A-Z_]+)\b/gm)].map(
				([, name = '']) => name,
			);
			const file = path.slice(join(ROOT, 'packages/').length);
			return names.filter((name) => LIMIT.test(name) && !SHAPES.has(name)).map((name) => `${file} ${name}`);
		}),
	);
	expect(found.filter((limit) => !listed.has(limit))).toEqual([]);
	expect(found.length).toBeGreaterThan(40);
});
