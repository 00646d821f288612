// docs/protocol.md says who sends which message; agents and pages refuse from a relay what it does not send.
import { readFileSync } from 'node:fs';
import { RELAY_TO_AGENT, RELAY_TO_VIEWER } from '@oriel/protocol';
import { expect, it } from 'vitest';

const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| 0x[0-9a-f]{2} \| `(\w+)` \| .* \| (.*) \|$/gm)].map(([, type, by]) => ({
	type,
	by,
}));

it.each([
	['an agent', RELAY_TO_AGENT, /^all$|relay to agent/],
	['a viewer', RELAY_TO_VIEWER, /^all$|relay to viewer/],
])('a relay sends to %s what the table of types says', (_words, types, by) => {
	const said = rows.filter((row) => by.test(row.by ?? '')).map(({ type }) => type);
	// A presentation is read into its frame.
	expect(new Set(said.filter((type) => type !== 'presentation'))).toEqual(types);
});
