import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';

it('prints as *** in every usual way', () => {
	const secret = new Secret('hunter2');
	expect(`${secret} ${JSON.stringify({ secret })} ${inspect(secret)}`).not.toContain('hunter2');
	expect(secret.reveal()).toBe('hunter2');
});
