import { ascii, concat } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartSplitter } from './parts.ts';

const BODY = ascii('\xff\xd8 a picture\n--not the line');

function part(body: Uint8Array, headers: string): Uint8Array {
	return concat([ascii(`--line\r\n${headers}\r\n\r\n`), body, ascii('\r\n')]);
}

/** The parts of a body that comes in pieces of these sizes: each as text, without what precedes its headers' end. */
function partsOf(stream: Uint8Array, sizes: readonly number[] = [1e9]): string[] {
	const splitter = new PartSplitter();
	const parts: string[] = [];
	let text = '';
	for (let at = 0, turn = 0; at < stream.length; turn++) {
		const size = sizes[turn % sizes.length] ?? 1;
		for (const { bytes, endsPart, excess } of splitter.split(stream.subarray(at, at + size))) {
			text += String.fromCharCode(...bytes);
			if (!endsPart) continue;
			parts.push(text.slice(0, text.length - excess).replace(/^[\s\S]*?\r\n\r\n/, ''));
			text = '';
		}
		at += size;
	}
	return parts;
}

const written = `${String.fromCharCode(...BODY)}`;

describe('PartSplitter', () => {
	it.each([
		['without a length', 'Content-Type: image/jpeg'],
		['with a length', `Content-Length: ${BODY.length}`],
		['with a length that is too small', 'Content-Length: 3'],
		['with a length that is too large', 'Content-Length: 1000000'],
		['with a negative length', 'Content-Length: -1'],
		['with a space before the colon', `Content-Length : ${BODY.length}`],
		['with a line that has no name', `Tue, 12 Jun 2012 01:56:34 GMT\r\nContent-Length: ${BODY.length}`],
	])('ends parts at the line that divides them, %s, however they are cut', (_what, headers) => {
		const stream = concat([ascii('\r\n'), ...new Array(4).fill(part(BODY, headers)), ascii('--line--')]);
		const wanted = new Array(4).fill(written);
		const ofBodies = (found: string[]) => found.filter((body) => body.includes('picture'));
		expect(ofBodies(partsOf(stream))).toEqual(wanted);
		const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
		fc.assert(
			fc.property(cuts, (sizes) => {
				expect(ofBodies(partsOf(stream, sizes))).toEqual(wanted);
			}),
			{ seed: 91, numRuns: 100 },
		);
	});

	it('ends a part with its last byte where the length of the one before was true', () => {
		const splitter = new PartSplitter();
		const one = part(BODY, `Content-Length: ${BODY.length}`);
		splitter.split(concat([one, ascii('--line\r\n')]));
		const next = one.subarray('--line\r\n'.length, -2);
		expect(splitter.split(next).map(({ endsPart, excess }) => [endsPart, excess])).toEqual([[true, 0]]);
	});

	it('divides nothing where no line begins the body', () => {
		for (const start of ['no line\r\n', `--${'x'.repeat(300)}\r\n`, '-\r\n', '\xff\xd8\n--line\n'])
			expect(partsOf(concat([ascii(start), part(BODY, 'A: b'), part(BODY, 'A: b')]))).toEqual([]);
	});
});
