import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { encodeJpeg, openReader } from '@oriel/media';
import { H264Encoder, TestPattern } from '@oriel/testcard';
import { openBrowser } from '@oriel/testing/browser';
import { bundle } from '@oriel/testing/bundle';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Vector {
	readonly name: string;
	readonly hex: string;
	readonly limits?: { readonly maxPictureBytes: number };
	readonly canonical?: boolean;
	readonly messages?: readonly Record<string, unknown>[];
	readonly error?: { readonly code: string };
}

/** What `test/e2e/in-page/codecs.ts` puts on the page. */
interface Codecs {
	decodeVector(vector: Vector): unknown;
	encodeVector(vector: Vector): string;
	readFrames(kind: string, base64: string, chunkBytes: number): string[];
}

const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('../vectors/wire.json', import.meta.url), 'utf8'));

describe('in Chromium as in Node', () => {
	let browser: Browser;
	let page: Page;

	beforeAll(async () => {
		browser = await openBrowser();
		page = await browser.newPage();
		await page.addScriptTag({ content: await bundle(new URL('in-page/codecs.ts', import.meta.url)) });
	});

	afterAll(() => browser.close());

	it('every vector of the wire is decoded, refused and encoded as it says', async () => {
		const seen = await page.evaluate((all) => {
			const { codecs } = window as unknown as { codecs: Codecs };
			return all.map((vector) => ({
				decoded: codecs.decodeVector(vector),
				encoded: vector.messages && vector.canonical !== false ? codecs.encodeVector(vector) : undefined,
			}));
		}, vectors);
		expect(seen).toHaveLength(vectors.length);
		for (const [index, vector] of vectors.entries()) {
			const wanted = vector.error ? { error: vector.error.code } : { messages: vector.messages };
			expect(seen[index]?.decoded, vector.name).toEqual(wanted);
			if (seen[index]?.encoded !== undefined) expect(seen[index]?.encoded, vector.name).toBe(vector.hex);
		}
	});

	it.each(['jpeg', 'h264'] as const)(
		'a stream of %s is cut into the same pictures, whatever the chunks',
		async (kind) => {
			const stream = kind === 'jpeg' ? jpegStream() : h264Stream();
			const reader = openReader(kind, { maxBytes: 1_000_000 });
			const wanted = [...reader.push(stream), ...reader.flush()].map(({ data }) => sha256(data));
			expect(wanted).toHaveLength(PICTURES);
			for (const chunkBytes of [1, 7, 1000, 1_000_000]) {
				const seen = await page.evaluate(
					([name, base64, size]) => (window as unknown as { codecs: Codecs }).codecs.readFrames(name, base64, size),
					[kind, Buffer.from(stream).toString('base64'), chunkBytes] as const,
				);
				expect(
					seen.map((base64) => sha256(Buffer.from(base64, 'base64'))),
					`chunks of ${chunkBytes}`,
				).toEqual(wanted);
			}
		},
	);
});

const PICTURES = 6;
const size = { width: 160, height: 128 };

function pictures() {
	const pattern = new TestPattern({ ...size, title: 'x', camera: 'x' });
	return Array.from(
		{ length: PICTURES },
		(_, sequence) => () => pattern.paint({ time: sequence, sequence, clockText: `0${sequence}` }),
	);
}

function jpegStream(): Uint8Array {
	return Buffer.concat(
		pictures().flatMap((paint) => [encodeJpeg(paint(), { quality: 70 }), Buffer.from('\r\n--next\r\n\r\n')]),
	);
}

function h264Stream(): Uint8Array {
	const encoder = new H264Encoder({ ...size, framesPerSecond: 25 });
	return Buffer.concat(pictures().map((paint, index) => encoder.encode(paint(), { forceKey: index === 3 }).annexB));
}

function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}
