import { describe, expect, it } from 'vitest';
import { type Capabilities, h264Rungs, mp4Type, type Rung, rungNamed, shownCodecs } from './choose.ts';

const CODEC = 'avc1.42C01E';
const yes = { decodes: async () => true, plays: () => true };
const no = { decodes: async () => false, plays: () => false };
const absent = { decodes: undefined, plays: undefined };

interface Row {
	readonly what: string;
	readonly has: Omit<Capabilities, 'secure'>;
	readonly forced?: Rung;
	readonly rungs: readonly Rung[];
	readonly codecs: readonly string[];
}

const BOTH = ['jpeg', 'h264'];
const rows: Row[] = [
	{ what: 'everything', has: yes, rungs: ['webcodecs', 'mse'], codecs: BOTH },
	{ what: 'no WebCodecs, as on plain http:', has: { ...yes, decodes: undefined }, rungs: ['mse'], codecs: BOTH },
	{ what: 'WebCodecs without H.264', has: { ...yes, decodes: no.decodes }, rungs: ['mse'], codecs: BOTH },
	{ what: 'no media source', has: { ...yes, plays: undefined }, rungs: ['webcodecs'], codecs: BOTH },
	{ what: 'a media source without H.264', has: { ...yes, plays: no.plays }, rungs: ['webcodecs'], codecs: BOTH },
	{ what: 'both without H.264', has: no, rungs: [], codecs: BOTH },
	{ what: 'neither', has: absent, rungs: [], codecs: ['jpeg'] },
	{ what: 'only a media source without H.264', has: { ...absent, plays: no.plays }, rungs: [], codecs: ['jpeg'] },
	{ what: 'everything, MSE forced', has: yes, forced: 'mse', rungs: ['mse'], codecs: BOTH },
	{ what: 'everything, WebCodecs forced', has: yes, forced: 'webcodecs', rungs: ['webcodecs'], codecs: BOTH },
	{ what: 'everything, JPEG forced', has: yes, forced: 'jpeg', rungs: [], codecs: BOTH },
	{ what: 'neither, MSE forced', has: absent, forced: 'mse', rungs: [], codecs: ['jpeg'] },
];

describe('with', () => {
	it.each(rows)('$what: $rungs', async ({ has, forced, rungs, codecs }) => {
		const capabilities = { ...has, secure: true };
		expect(await h264Rungs(CODEC, capabilities, forced)).toEqual(rungs);
		expect(shownCodecs(capabilities)).toEqual(codecs);
	});
});

it('asks for the very codec of the stream', async () => {
	const asked: string[] = [];
	const decodes = async (codec: string) => asked.push(codec) > 0;
	const plays = (type: string) => asked.push(type) > 0;
	await h264Rungs(CODEC, { decodes, plays, secure: true });
	expect(asked).toEqual([CODEC, mp4Type(CODEC)]);
	expect(mp4Type(CODEC)).toBe('video/mp4; codecs="avc1.42C01E"');
});

it('knows rungs by name', () => {
	expect(rungNamed('mse')).toBe('mse');
	expect([rungNamed('MSE'), rungNamed(''), rungNamed(null)]).toEqual([undefined, undefined, undefined]);
});
