import { CAMERA_NAME } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem, shortName, withTitle } from './camera-words.ts';

describe('the short name of a camera', () => {
	it.each([
		['Front porch', 'front-porch'],
		['  Büro, 2. Stock ', 'buro-2-stock'],
		['--x--', 'x'],
		['猫', ''],
	])('of %s is %s', (title, name) => {
		expect(shortName(title)).toBe(name);
	});

	it('is one that the relay takes, or empty, whatever it is made of', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (title) => {
				const name = shortName(title);
				return name === '' || CAMERA_NAME.test(name);
			}),
		);
	});

	it('is looked at before the relay is asked', () => {
		expect(nameProblem('porch', [])).toBeUndefined();
		expect(nameProblem('', [])).toContain('Enter a short name');
		expect(nameProblem('Porch', [])).toContain('lowercase letters');
		expect(nameProblem('porch', ['porch'])).toContain('already');
	});
});

describe('the line with a title', () => {
	const join = 'npx oriel camera join "https://r/#pair=X"';

	it('is the bare line where the title says no more', () => {
		expect(withTitle(join, '', 'porch')).toBe(join);
		expect(withTitle(join, 'porch', 'porch')).toBe(join);
	});

	it('holds nothing that a shell would take for more than letters', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (title) => {
				const added = withTitle(join, title, 'x').slice(join.length);
				return added === '' || /^ --title "[^"$`\\!%^\n\r]+"$/.test(added);
			}),
		);
		expect(withTitle(join, 'a"; rm -rf $HOME `id`', 'x')).toBe(`${join} --title "a; rm -rf HOME id"`);
	});
});
