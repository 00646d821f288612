import { interleaved, rtspReply, SDP } from '@oriel/testing/agent/scripted-rtsp';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadAnswer } from '../http/answer-reader.ts';
import {
	MAX_GARBAGE_BYTES,
	MAX_MESSAGE_BODY_BYTES,
	MAX_MESSAGE_HEAD_BYTES,
	MessageReader,
	type RtspMessage,
} from './message-reader.ts';

const rtp = (...payload: number[]) => Buffer.from([0x80, 96, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4, ...payload]);

function read(bytes: string | Buffer, size = Number.POSITIVE_INFINITY, reader = new MessageReader()): RtspMessage[] {
	const all = Buffer.from(bytes as string, 'latin1');
	const messages: RtspMessage[] = [];
	for (let at = 0; at < all.length; at += size) messages.push(...reader.push(all.subarray(at, at + size)));
	return messages;
}

/** Each message in a word. */
function brief(messages: readonly RtspMessage[]): string[] {
	return messages.map((message) => {
		if (message.kind === 'packet') return `${message.channel}: ${message.bytes.toString('hex').slice(24)}`;
		return message.kind === 'reply' ? `${message.status}${message.body === '' ? '' : ' with a body'}` : message.method;
	});
}

const TALK = Buffer.concat([
	Buffer.from(rtspReply('200 OK', ['CSeq: 1', 'Public: OPTIONS'])),
	Buffer.from(rtspReply('200 OK', ['CSeq: 2'], SDP)),
	interleaved(rtp(7)),
	Buffer.from(rtspReply('200 OK', ['CSeq: 3'])),
	interleaved(rtp(0x24, 0, 0, 1)),
	interleaved(rtp(...Array.from({ length: 300 }, () => 9)), 5),
	interleaved(Buffer.alloc(0), 1),
	Buffer.from('OPTIONS rtsp://cam/ RTSP/1.0\r\nCSeq: 9\r\n\r\n\r\n'),
	interleaved(rtp(8)),
]);
const EXPECTED = [
	'200',
	'200 with a body',
	'0: 07',
	'200',
	'0: 24000001',
	`5: ${'09'.repeat(300)}`,
	'1: ',
	'OPTIONS',
	'0: 08',
];

describe('what comes on an RTSP connection', () => {
	it('is the same wherever it is cut in two', () => {
		for (let at = 0; at <= TALK.length; at++) {
			const reader = new MessageReader();
			const messages = [...reader.push(TALK.subarray(0, at)), ...reader.push(TALK.subarray(at))];
			expect(brief(messages)).toEqual(EXPECTED);
			expect([reader.pendingBytes, reader.skippedBytes]).toEqual([0, 0]);
		}
	});

	it.each([1, 2, 3, 7, 100])('is the same in pieces of %d bytes', (size) => {
		expect(brief(read(TALK, size))).toEqual(EXPECTED);
	});

	it('has headers in any spelling', () => {
		const [reply] = read('RTSP/1.0 200 OK\ncseq : 3\nSESSION:4\nTue, 12 Jun\n\n');
		expect(reply).toMatchObject({
			status: 200,
			headers: new Map([
				['cseq', '3'],
				['session', '4'],
			]),
		});
	});

	describe('with damage in it', () => {
		const begun = () => {
			const reader = new MessageReader();
			reader.push(Buffer.from(rtspReply('200 OK', [])));
			reader.expect(0);
			return reader;
		};

		it.each([
			['bytes', Buffer.from([1, 2, 3, 0x24, 9, 0, 4, 0xff])],
			['what looks like a packet of another channel', Buffer.from([1, 2, 3, 0x24, 9, 0, 4, 0x80])],
			['the rest of a packet that was longer than it said', Buffer.from('rest of it $ and $\0 more')],
			['a packet of a channel that was not asked for', interleaved(Buffer.from([0x7f, 1, 2]), 200)],
			['text that begins like a reply', Buffer.from('RTSP is nice')],
		])('goes on behind %s', (_what, damage) => {
			const reader = begun();
			const bytes = Buffer.concat([
				interleaved(rtp(1)),
				damage,
				interleaved(rtp(2)),
				Buffer.from(rtspReply('200 OK', [])),
			]);
			expect(brief(read(bytes, 3, reader))).toEqual(['0: 01', '0: 02', '200']);
			expect(reader.skippedBytes).toBe(damage.length);
		});

		it('is given up when nothing else comes', () => {
			const reader = begun();
			expect(() => {
				for (let sent = 0; sent <= MAX_GARBAGE_BYTES; sent += 1000) reader.push(Buffer.alloc(1000, 7));
			}).toThrow('bytes that are neither RTSP nor RTP');
			expect(reader.pendingBytes).toBeLessThan(100_000);
		});
	});

	it.each([
		['HTTP/1.1 400 Bad Request\r\n\r\n', 'answers with HTTP; is the port right? Most cameras use 554 for RTSP'],
		['SSH-2.0-OpenSSH_9.2\r\n', 'answers with something that is not RTSP; is the port right?'],
		[`RTSP/1.0 200 OK\r\n${'x'.repeat(MAX_MESSAGE_HEAD_BYTES)}`, `${MAX_MESSAGE_HEAD_BYTES} at most are read`],
		['RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n', `${MAX_MESSAGE_BODY_BYTES} at most are read`],
	])('is refused in words: %j', (bytes, words) => {
		expect(() => read(bytes)).toThrow(words);
	});

	it('takes a length that is none for 0', () => {
		for (const length of ['-1', 'x', '']) {
			expect(brief(read(`RTSP/1.0 200 OK\r\nContent-Length: ${length}\r\n\r\nRTSP/1.0 404 No\r\n\r\n`))).toEqual([
				'200',
				'404',
			]);
		}
	});

	it('never throws anything but BadAnswer, and keeps no more than a message', () => {
		const piece = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc.constant(TALK),
			fc.tuple(fc.nat(TALK.length), fc.nat(TALK.length)).map(([from, to]) => TALK.subarray(from, to)),
		);
		void fc.assert(
			fc.property(fc.array(piece), (pieces) => {
				const reader = new MessageReader();
				try {
					for (const bytes of pieces) reader.push(Buffer.from(bytes));
				} catch (thrown) {
					expect(thrown).toBeInstanceOf(BadAnswer);
				}
				expect(reader.pendingBytes).toBeLessThanOrEqual(MAX_MESSAGE_BODY_BYTES + MAX_MESSAGE_HEAD_BYTES);
			}),
		);
	});
});
