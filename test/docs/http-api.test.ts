import { readFileSync } from 'node:fs';
import { STATUS_OF } from '@oriel/relay';
import { expect, it } from 'vitest';
import { EVENT_KINDS } from '../../packages/relay/src/access/event-log.ts';
import { PERMISSIONS } from '../../packages/relay/src/access/permissions.ts';

const text = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');

it('docs/http-api.md lists exactly the error codes that there are, with their statuses', () => {
	const [, table = ''] = text.split('## Errors');
	const listed = [...table.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
		code,
		Number(status),
	]);
	expect(Object.fromEntries(listed)).toEqual(STATUS_OF);
});

it('lists exactly the kinds of events that there are', () => {
	const [, table = ''] = text.split('### GET /api/events');
	const rows = table.split('The log is the file')[0] ?? '';
	const kinds = [...rows.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
		[...cell.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind),
	);
	expect(kinds.sort()).toEqual([...EVENT_KINDS].sort());
});

it('names an action of the permission table for every route', () => {
	const rows = [...text.matchAll(/^\| (?:GET|POST|PUT|DELETE|UPGRADE) \| .* \| `([a-z.]+)` \|/gm)];
	expect(rows.length).toBeGreaterThan(40);
	for (const [, action = ''] of rows) expect(Object.hasOwn(PERMISSIONS, action)).toBe(true);
	const routes = Object.keys(PERMISSIONS).filter((action) => !action.includes(':'));
	expect(routes.filter((action) => !text.includes(`\`${action}\``))).toEqual([]);
});
