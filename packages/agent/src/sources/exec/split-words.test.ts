import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from './split-words.ts';

function split(text: string): string[] | undefined {
	return splitWords(text)?.map(({ word }) => word);
}

describe('splitWords', () => {
	it.each([
		['rpicam-vid -t 0  -o -', ['rpicam-vid', '-t', '0', '-o', '-']],
		[`"/opt/my camera/run" 'a b'c "d'e"`, ['/opt/my camera/run', 'a bc', "d'e"]],
		['a\\ b c\\"d "e\\"f" \'g\\h\'', ['a b', 'c"d', 'e"f', 'g\\h']],
		['C:\\bin\\ffmpeg.exe -i x', ['C:\\bin\\ffmpeg.exe', '-i', 'x']],
		['$HOME *.jpg `id` $(id)', ['$HOME', '*.jpg', '`id`', '$(id)']],
		['x \'\' ""', ['x', '', '']],
		[' \t ', []],
		['say "hello', undefined],
	])('%s', (text, words) => {
		expect(split(text)).toEqual(words);
	});

	it('gives back whatever was quoted', () => {
		const quoted = (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`;
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 6 }), (words) => {
				expect(split(words.map(quoted).join(' '))).toEqual(words);
			}),
		);
	});
});
