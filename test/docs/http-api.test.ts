import { readFileSync } from 'node:fs';
import { STATUS_OF } from '@oriel/relay';
import { expect, it } from 'vitest';

const text = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');

it('docs/http-api.md lists exactly the error codes that there are, with their statuses', () => {
	const [, table = ''] = text.split('## Errors');
	const listed = [...table.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
		code,
		Number(status),
	]);
	expect(Object.fromEntries(listed)).toEqual(STATUS_OF);
});
