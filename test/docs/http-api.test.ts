import { readFileSync } from 'node:fs';
import { STATUS_OF } from '@oriel/relay';
import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it, vi } from 'vitest';
import type { Action, Principal } from '../../packages/relay/src/access/permissions.ts';
import { HttpServer, type ServerOptions } from '../../packages/relay/src/http/server.ts';
import { RunningRelay } from '../../packages/relay/src/rehearsal/running-relay.ts';

const text = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');

it('docs/http-api.md lists exactly the error codes that there are, with their statuses', () => {
	const [, table = ''] = text.split('## Errors');
	const listed = [...table.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
		code,
		Number(status),
	]);
	expect(Object.fromEntries(listed)).toEqual(STATUS_OF);
});

it('docs/http-api.md lists exactly the routes that there are, with their actions', async () => {
	const listen = vi.spyOn(HttpServer, 'listen');
	await using _relay = await RunningRelay.start({ clock: new FakeClock() });
	const { routes, upgrades } = listen.mock.calls[0]?.[0] as unknown as ServerOptions<Principal, Action>;
	listen.mockRestore();
	const there = routes.filter(({ action }) => action !== 'page.read').map((route) => row(route.method, route));
	there.push(...upgrades.map((route) => row('UPGRADE', route)));
	const [, table = ''] = text.split('## Routes');
	const [rows = ''] = table.split('\n### ');
	const listed = [...rows.matchAll(/^\| ([A-Z]+) \| `([^`]+)` \| `([a-z.]+)` \|/gm)].map(([, ...cells]) =>
		cells.join(' '),
	);
	expect(listed.sort()).toEqual(there.sort());
});

function row(method: string, { path, action }: { readonly path: string; readonly action: string }): string {
	return `${method} ${path} ${action}`;
}
