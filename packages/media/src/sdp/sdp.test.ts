import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSdp } from './sdp.ts';

const LINES = [
	...['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=Session', 't=0 0', 'a=control:*', 'a=range:npt=0-'],
	...['m=video 0 RTP/AVP 96', 'b=AS:500', 'a=rtpmap:96 H264/90000'],
	'a=fmtp:96 packetization-mode=1;profile-level-id=4D001F;sprop-parameter-sets=Z00AH5WoFAFuQA==,aO48gA==',
	...['a=control:trackID=1', 'm=audio 0 RTP/AVP 0 8', 'a=control:trackID=2'],
];

function read(lines: readonly string[], end = '\r\n') {
	return readSdp(lines.join(end) + end);
}

describe('a description of a session', () => {
	it('is read', () => {
		const { control, media } = read(LINES);
		expect(control).toBe('*');
		expect(
			media.map(({ kind, control: own, formats }) => [kind, own, formats.map(({ encoding }) => encoding)]),
		).toEqual([
			['video', 'trackID=1', ['H264']],
			['audio', 'trackID=2', ['PCMU', 'PCMA']],
		]);
		const parameters = media[0]?.formats[0]?.parameters;
		expect(parameters?.get('sprop-parameter-sets')).toBe('Z00AH5WoFAFuQA==,aO48gA==');
	});

	it.each([
		['lines end as in Unix', read(LINES, '\n')],
		['lines end as on old Macs', read(LINES, '\r')],
		['lines end twice', read(LINES, '\r\r\n')],
		['lines have spaces around them', read(LINES.map((line) => `  ${line} \t`))],
		['there is a zero at the end', read([...LINES, '\0\0'])],
		['the head is missing', read(['a=control:*', ...LINES.slice(6)])],
		['there is rubbish in it', read(['', 'rubbish', '=', 'a', 'a=', ...LINES, 'm', 'x=y'])],
		['letters have another size', read(LINES.map((line) => line.replace('rtpmap:96 H264', 'RTPMAP:96 h264')))],
		['the medium is written large', read(LINES.map((line) => line.replace('m=video', 'm=VIDEO')))],
	])('is read when %s', (_what, seen) => {
		const expected = read(LINES);
		expect(seen.control).toBe('*');
		expect(seen.media[0]).toEqual(expected.media[0]);
		expect(seen.media).toHaveLength(2);
	});

	it('has parameters at another medium, or with another number', () => {
		const video = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000'];
		const fmtp = 'a=fmtp:96 Sprop-Parameter-Sets = Z00A , aO48';
		const elsewhere = read([...video, 'm=application 0 RTP/AVP 107', fmtp]);
		expect(elsewhere.media[0]?.formats[0]?.parameters.get('sprop-parameter-sets')).toBe('Z00A , aO48');
		const misnumbered = read([...video, fmtp.replace('96', '62')]);
		expect(misnumbered.media[0]?.formats[0]?.parameters.get('sprop-parameter-sets')).toBe('Z00A , aO48');
	});

	it('knows the types that need no name (RFC 3551)', () => {
		expect(read(['m=video 0 RTP/AVP 26 96']).media[0]?.formats.map(({ encoding }) => encoding)).toEqual([
			'JPEG',
			undefined,
		]);
	});

	it('never throws, and is bounded', () => {
		const line = fc.oneof(
			fc.string(),
			fc.constantFrom(...LINES),
			fc.string().map((rest) => `a=${rest}`),
		);
		fc.assert(
			fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
				expect(readSdp(lines.join('\n')).media.length).toBeLessThanOrEqual(32);
			}),
		);
		expect(readSdp('m=video 0 RTP/AVP 96\n'.repeat(1000)).media).toHaveLength(32);
		expect(readSdp(`m=video 0 RTP/AVP ${'96 '.repeat(1000)}`).media[0]?.formats).toHaveLength(32);
	});
});
