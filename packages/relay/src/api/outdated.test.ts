import { describe, expect, it } from 'vitest';
import { outdatedOf } from './outdated.ts';

const here = { version: '1.10.0', origin: 'https://cam.example.org', pin: undefined };
const LINE = 'curl -fsS https://cam.example.org/install.sh | sudo sh -s -- update';

describe('an agent that is older than the relay', () => {
	it.each(['1.9.9', '0.99.0', '1.9.10-beta.1', '0.0.0'])(
		'%s is said to be, with the line that updates it',
		(version) => {
			const outdated = { version: version.split('-')[0], update: LINE };
			expect(outdatedOf({ ...here, software: `oriel-agent/${version}` })).toEqual(outdated);
		},
	);

	it.each([
		'oriel-agent/1.10.0',
		'oriel-agent/1.10.1',
		'oriel-agent/2.0.0',
		'oriel-agent/1.10.0-beta.1',
		'oriel-agent',
		'oriel-agent/1',
		'oriel-agent/1.2.3.4',
		'oriel-agent/111111.0.0',
		'another-agent/0.0.1',
		'; rm -rf / oriel-agent/0.0.1',
		'',
	])('%j is none', (software) => expect(outdatedOf({ ...here, software })).toBeUndefined());

	it('is updated from a self-signed relay by its pin', () => {
		const { update } = outdatedOf({ ...here, software: 'oriel-agent/0.1.0', pin: 'sha256/ab+/cd=' }) ?? {};
		expect(update).toBe(LINE.replace('-fsS', '-fsS -k --pinnedpubkey "sha256//ab+/cd="'));
	});
});
