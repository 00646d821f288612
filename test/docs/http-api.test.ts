import { readFileSync } from 'node:fs';
import { errorBody, resources } from '@oriel/api';
import { STATUS_OF } from '@oriel/relay';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { EVENT_KINDS } from '../../packages/relay/src/auth/event-kinds.ts';
import { type Action, CORE_PERMISSIONS, Policy, type Principal } from '../../packages/relay/src/auth/policy.ts';
import { HttpServer, type ServerOptions } from '../../packages/relay/src/http/server.ts';
import { PLUGINS } from '../../packages/relay/src/plugins.ts';

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
	const policy = new Policy(CORE_PERMISSIONS, ...PLUGINS.map(({ permissions = {} }) => permissions));
	for (const [, action = ''] of rows) expect(policy.permission(action), action).toBeDefined();
	const routes = [...policy.actions].filter((action) => !action.includes(':'));
	expect(routes.filter((action) => !text.includes(`\`${action}\``))).toEqual([]);
});

it('lists exactly the routes that a relay has, each with its action', async () => {
	const listen = vi.spyOn(HttpServer, 'listen');
	await using _relay = await RunningRelay.start({ clock: new FakeClock() });
	const [[options] = []] = listen.mock.calls as unknown as [ServerOptions<Principal, Action>][];
	listen.mockRestore();
	const { routes = [], upgrades = [] } = options ?? {};
	const there = routes.filter(({ action }) => action !== 'page.read').map((route) => row(route.method, route));
	// The one path that depends on the version.
	there.splice(0, there.length, ...there.map((line) => line.replace('/oriel-0.0.0.tgz', '/oriel-VERSION.tgz')));
	there.push(...upgrades.map((route) => row('UPGRADE', route)));
	const [, table = ''] = text.split('## Routes');
	const [rows = ''] = table.split('\n### ');
	const listed = [...rows.matchAll(/^\| ([A-Z]+) \| `([^`]+)` \| `([a-z.]+)` \|/gm)];
	expect(listed.map(([, ...cells]) => cells.join(' ')).sort()).toEqual(there.sort());
});

describe('the package api', () => {
	const operations = Object.values(resources).flatMap((resource) => Object.values(resource));

	it('has exactly the documented routes, the page’s files and the WebSockets apart', () => {
		const [, table = ''] = text.split('## Routes');
		const rows = [...table.matchAll(/^\| (GET|POST|PUT|DELETE) \| `([^`]+)` \| /gm)];
		const documented = rows.map(([, method, path]) => `${method} ${path}`).filter((line) => line !== 'GET /');
		expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(documented.sort());
	});

	const examples = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, example = '']) => example);
	const answers = [errorBody, ...operations.flatMap(({ answer }) => answer ?? [])];

	it.each(examples)('has a schema for every member of example %#', (example) => {
		const content: unknown = JSON.parse(example.replaceAll('"…"', '"2026-11-22T14:02:31.120Z"'));
		const read = answers.map((schema) => v.safeParse(schema, content)).filter(({ success }) => success);
		// Members that no schema has are not in its output.
		expect(read.map(({ output }) => output)).toContainEqual(content);
	});
});

function row(method: string, { path, action }: { readonly path: string; readonly action: string }): string {
	return `${method} ${path} ${action}`;
}
