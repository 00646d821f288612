import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader, BadAnswer, MAX_ANSWER_HEAD_BYTES, type Parsed } from './answer-reader.ts';

/** What comes of an answer that arrives in pieces of `size` bytes; its connection ends behind it. */
function read(answer: string | Buffer, size = Number.POSITIVE_INFINITY) {
	const bytes = Buffer.from(answer as string, 'latin1');
	const reader = new AnswerReader();
	const parsed: Parsed[] = [];
	for (let at = 0; at < bytes.length; at += size) parsed.push(reader.push(bytes.subarray(at, at + size)));
	const head = parsed.find((part) => part.head)?.head;
	return {
		status: head?.status,
		headers: Object.fromEntries(head?.headers ?? []),
		body: Buffer.concat(parsed.flatMap((part) => part.body)).toString('latin1'),
		isOver: parsed.at(-1)?.isOver,
		end: () => reader.end(),
	};
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('an answer', () => {
	it.each([1, 2, 7, 4096])('is the same in pieces of %d bytes', (size) => {
		const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n`;
		expect(read(chunked, size)).toMatchObject({ status: 200, body: 'hello world', isOver: true });
		expect(read(`${OK}Content-Length: 5\r\n\r\nhello, and more`, size)).toMatchObject({ body: 'hello', isOver: true });
		expect(read(`${OK}\r\nuntil the end`, size)).toMatchObject({ body: 'until the end', isOver: false });
		expect(read(`HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`, size)).toMatchObject({ body: 'hi' });
	});

	it.each([
		['a line without a name', `${OK}Tue, 12 Jun 2012 01:56:34 GMT\r\nContent-Type: image/jpeg\r\n\r\nx`],
		['a line that is nothing at all', `${OK}:\r\n=\r\nno colon\r\n: x\r\nContent-Type: image/jpeg\r\n\r\nx`],
		['white space before the colon', `${OK}Content-Type : image/jpeg\r\n\r\nx`],
		['lines that end as in Unix', 'HTTP/1.0 200 OK\nContent-Type: image/jpeg\n\nx'],
		['a negative length', `${OK}Content-Length: -1\r\nContent-Type: image/jpeg\r\n\r\nx`],
		['two lengths that differ', `${OK}Content-Length: 1\r\nContent-Length: 7\r\nContent-Type: image/jpeg\r\n\r\nx`],
		['a length that is none', `${OK}Content-Length: many\r\nContent-Type: image/jpeg\r\n\r\nx`],
		['a line that goes on in the next', `${OK}Content-Type:\r\n image/jpeg\r\n\r\nx`],
		['the old word ICY', 'ICY 200 OK\r\nContent-Type: image/jpeg\r\n\r\nx'],
		['no words behind its status', 'HTTP/1.1 200\r\nContent-Type: image/jpeg\r\n\r\nx'],
	])('is understood with %s', (_what, answer) => {
		const { status, headers, body, end } = read(answer);
		expect([status, headers['content-type'], body]).toEqual([200, 'image/jpeg', 'x']);
		expect(end).not.toThrow();
	});

	it('of several parts goes on, whatever length it claims', () => {
		const head = `${OK}Content-Type: multipart/x-mixed-replace;boundary=x\r\nContent-Length: 0\r\n\r\n`;
		expect(read(`${head}--x`)).toMatchObject({ body: '--x', isOver: false });
	});

	it.each(['\xff\xd8\xff\xe0', '--frame\r\nContent-Type: image/jpeg\r\n\r\n'])(
		'without a head is its body: %j',
		(body) => {
			expect(read(body, 2)).toMatchObject({ status: 200, body });
		},
	);

	it('joins lines of one name, for challenges', () => {
		const answer = `HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="a"\r\nWWW-Authenticate: Digest realm="b"\r\n\r\n`;
		expect(read(answer).headers['www-authenticate']).toBe('Basic realm="a", Digest realm="b"');
	});

	it.each([
		['SSH-2.0-OpenSSH_9.2\r\n\r\n', 'answers with something that is not HTTP'],
		[`${OK}${'x'.repeat(MAX_ANSWER_HEAD_BYTES)}`, `${MAX_ANSWER_HEAD_BYTES} at most are read`],
		[`${OK}Transfer-Encoding: chunked\r\n\r\nno chunk`, 'announces chunks and sends none'],
		[`${OK}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n`, 'announces a chunk of 0x'],
	])('is refused in words: %j', (answer, words) => {
		expect(() => read(answer)).toThrow(words);
	});

	it.each([
		['', 'closed the connection without an answer'],
		['HTTP/1.1 200', 'closed the connection without an answer'],
		[`${OK}Content-Length: 5\r\n\r\nhell`, 'broke off in the middle of its answer'],
		[`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'broke off in the middle of its answer'],
	])('that is cut off is told of: %j', (answer, words) => {
		expect(read(answer).end).toThrow(words);
	});

	it('never throws anything but BadAnswer, and keeps no more than a head', () => {
		void fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
				const reader = new AnswerReader();
				try {
					for (const piece of [Buffer.from(OK), ...pieces]) reader.push(Buffer.from(piece));
					reader.end();
				} catch (thrown) {
					expect(thrown).toBeInstanceOf(BadAnswer);
				}
			}),
		);
	});
});
