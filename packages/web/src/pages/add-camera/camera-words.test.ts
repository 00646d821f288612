import { CAMERA_NAME } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinLine, nameProblem, shortName, withTitle } from './camera-words.ts';

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

describe('the line of a pairing link', () => {
	it('has the code, and the pin where there is one', () => {
		expect(joinLine('https://r', 'ABCDE-12345')).toBe(
			'curl -fsS https://r/install.sh | sudo sh -s -- join ABCDE-12345',
		);
		expect(joinLine('https://r', 'AB.x-_y')).toBe(
			'curl -fsS -k --pinnedpubkey "sha256//x+/y=" https://r/install.sh | sudo sh -s -- join AB',
		);
	});

	it('holds nothing that a shell would take for more than letters, whatever the link has', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (token) => {
				expect(joinLine('https://r', token)).toMatch(
					/^curl -fsS( -k --pinnedpubkey "sha256\/\/[\w+/]*=")? https:\/\/r\/install\.sh \| sudo sh -s -- join [\w-]*$/,
				);
			}),
		);
	});
});

describe('the line with a title', () => {
	const join = 'curl -fsS https://r/install.sh | sudo sh -s -- join X';

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
