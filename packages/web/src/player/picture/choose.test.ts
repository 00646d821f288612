import { describe, expect, it } from 'vitest';
import { type Capabilities, h264Methods, methodNamed, mp4Type, type PlaybackMethod, shownCodecs } from './choose.ts';

const CODEC = 'avc1.42C01E';
const yes = { decodes: async () => true, plays: () => true };
const no = { decodes: async () => false, plays: () => false };
const absent = { decodes: undefined, plays: undefined };

interface Row {
	readonly what: string;
	readonly has: Omit<Capabilities, 'secure'>;
	readonly forced?: PlaybackMethod;
	readonly methods: readonly PlaybackMethod[];
	readonly codecs: readonly string[];
}

const BOTH = ['jpeg', 'h264'];
const rows: Row[] = [
	{ what: 'everything', has: yes, methods: ['webcodecs', 'mse'], codecs: BOTH },
	{ what: 'no WebCodecs, as on plain http:', has: { ...yes, decodes: undefined }, methods: ['mse'], codecs: BOTH },
	{ what: 'WebCodecs without H.264', has: { ...yes, decodes: no.decodes }, methods: ['mse'], codecs: BOTH },
	{ what: 'no media source', has: { ...yes, plays: undefined }, methods: ['webcodecs'], codecs: BOTH },
	{ what: 'a media source without H.264', has: { ...yes, plays: no.plays }, methods: ['webcodecs'], codecs: BOTH },
	{ what: 'both without H.264', has: no, methods: [], codecs: BOTH },
	{ what: 'neither', has: absent, methods: [], codecs: ['jpeg'] },
	{ what: 'only a media source without H.264', has: { ...absent, plays: no.plays }, methods: [], codecs: ['jpeg'] },
	{ what: 'everything, MSE forced', has: yes, forced: 'mse', methods: ['mse'], codecs: BOTH },
	{ what: 'everything, WebCodecs forced', has: yes, forced: 'webcodecs', methods: ['webcodecs'], codecs: BOTH },
	{ what: 'everything, JPEG forced', has: yes, forced: 'jpeg', methods: [], codecs: BOTH },
	{ what: 'neither, MSE forced', has: absent, forced: 'mse', methods: [], codecs: ['jpeg'] },
];

describe('with', () => {
	it.each(rows)('$what: $methods', async ({ has, forced, methods, codecs }) => {
		const capabilities = { ...has, secure: true };
		expect(await h264Methods(CODEC, capabilities, forced)).toEqual(methods);
		expect(shownCodecs(capabilities)).toEqual(codecs);
	});
});

it('asks for the very codec of the stream', async () => {
	const asked: string[] = [];
	const decodes = async (codec: string) => asked.push(codec) > 0;
	const plays = (type: string) => asked.push(type) > 0;
	await h264Methods(CODEC, { decodes, plays, secure: true });
	expect(asked).toEqual([CODEC, mp4Type(CODEC)]);
	expect(mp4Type(CODEC)).toBe('video/mp4; codecs="avc1.42C01E"');
});

it('knows methods by name', () => {
	expect(methodNamed('mse')).toBe('mse');
	expect([methodNamed('MSE'), methodNamed(''), methodNamed(null)]).toEqual([undefined, undefined, undefined]);
});
