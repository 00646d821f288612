import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_WORDS_BYTES, MAX_WORDS_LINES, Words } from './words.ts';

function wordsOf(...chunks: (string | Uint8Array)[]): readonly string[] {
	const words = new Words();
	for (const chunk of chunks) words.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
	return words.lines;
}

describe('Words', () => {
	it('gives lines without colours, the unfinished one last', () => {
		const lines = wordsOf('\u001b[1;33m WARN\u001b[0m RPI', ' a\r\n\nb\u001b[31', 'mc\rd');
		expect(lines).toEqual([' WARN RPI a', 'bc', 'd']);
	});

	it('puts letters together that were cut apart', () => {
		const bytes = Buffer.from('Gerät gestört\n');
		expect(wordsOf(bytes.subarray(0, 4), bytes.subarray(4))).toEqual(['Gerät gestört']);
	});

	it('keeps the newest lines within both limits, whatever comes', () => {
		const text = fc.array(fc.string({ maxLength: 400, unit: fc.constantFrom('a', '\n', '\r', ' ', '\u001b[0m') }), {
			maxLength: 40,
		});
		fc.assert(
			fc.property(text, (parts) => {
				expect(wordsOf(...parts)).toEqual(wordsOf(parts.join('')));
			}),
		);
		const lines = wordsOf(...Array.from({ length: 1000 }, (_, index) => `line ${index}\n`));
		expect([lines.length, lines.at(-1)]).toEqual([MAX_WORDS_LINES, 'line 999']);
		const flood = wordsOf('x'.repeat(300_000), 'the end');
		expect(flood.join('').length).toBeLessThanOrEqual(MAX_WORDS_BYTES + 4096);
		expect(flood.at(-1)).toMatch(/x*the end$/);
	});
});
