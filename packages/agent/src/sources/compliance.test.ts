import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Clock, Lifetime, systemClock } from '@oriel/base';
import { inspectJpeg, nalType, nalUnitsOf, parseSps } from '@oriel/media';
import { FakeCamera } from '@oriel/testing/agent/fake-camera';
import { interleaved, ScriptedRtsp } from '@oriel/testing/agent/scripted-rtsp';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { flvStream, h264Units } from '@oriel/testing/h264';
import { jpeg, multipart } from '@oriel/testing/jpegs';
import { RtpSender } from '@oriel/testing/rtp-sender';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import type { MediaUnit, Source } from '../capture/source.ts';
import { openSource } from './open.ts';

interface Fixture {
	readonly clock: FakeClock;
	/** Undone after the test. */
	readonly lifetime: Lifetime;
}

/** One way to make pictures. A new source adds a line to IMPLEMENTATIONS and must keep every promise below. */
interface Implementation {
	readonly name: string;
	/** Makes at least five pictures, endlessly or until it is stopped. */
	well(fixture: Fixture): Promise<Source>;
	/** Ends on its own, for a reason; undefined if it never does. */
	broken?(fixture: Fixture): Promise<Source>;
	/** The pictures that `well` makes, in a cycle; undefined if they are new each time. */
	readonly expected?: readonly Uint8Array[];
}

const PICTURES = [10, 60, 110, 160, 210].map((shade) => jpeg(shade));
const WHOLE = Buffer.concat(PICTURES);
const UNITS = h264Units('kddkd');

const IMPLEMENTATIONS: readonly Implementation[] = [
	{
		name: 'test',
		well: async ({ clock }) => open('test', clock),
	},
	{
		name: '-',
		well: async ({ clock }) => {
			const input = new PassThrough();
			input.write(WHOLE);
			return open('-', clock, input);
		},
		broken: async ({ clock }) => {
			const input = new PassThrough();
			input.end(WHOLE);
			return open('-', clock, input);
		},
		expected: PICTURES,
	},
	{
		name: 'test:h264',
		well: async ({ clock }) => open('test:h264', clock),
	},
	{
		name: '- of H.264',
		well: async ({ clock }) => {
			const input = new PassThrough();
			input.write(Buffer.concat(UNITS));
			return open('-', clock, input);
		},
		broken: async ({ clock }) => {
			const input = new PassThrough();
			input.end(Buffer.from('\0\0\0\x18ftypisom', 'latin1'));
			return open('-', clock, input);
		},
		expected: UNITS,
	},
	{
		name: 'file: of H.264',
		well: async (fixture) => open(`file:${await fileOf(Buffer.concat(UNITS), fixture)}`, fixture.clock),
		expected: UNITS,
	},
	{
		name: 'file: of FLV',
		well: async (fixture) => open(`file:${await fileOf(flvStream(UNITS), fixture)}`, fixture.clock),
		broken: async (fixture) => open(`file:${await fileOf(flvStream(UNITS).subarray(0, 60), fixture)}`, fixture.clock),
		expected: UNITS,
	},
	{
		name: 'http: stream of H.264',
		well: async (fixture) => httpSource(fixture, (_request, answer) => void answer.write(Buffer.concat(UNITS))),
		broken: async (fixture) => httpSource(fixture, (_request, answer) => answer.end(Buffer.concat(UNITS))),
		expected: UNITS,
	},
	{
		name: 'exec:',
		// A real program takes real time: seconds of a fake clock would pass while it starts.
		well: async (fixture) => open(`exec:cat ${await fileOf(WHOLE, fixture)} /dev/zero`, systemClock),
		broken: async () => open('exec:cat /nowhere/to/be/found', systemClock),
		expected: PICTURES,
	},
	{
		name: 'file:',
		well: async (fixture) => open(`file:${await fileOf(WHOLE, fixture)}`, fixture.clock),
		broken: async (fixture) => open(`file:${await fileOf(Buffer.from('no picture'), fixture)}`, fixture.clock),
		expected: PICTURES,
	},
	{
		name: 'file: of one picture',
		well: async (fixture) => open(`file:${await fileOf(jpeg(33), fixture)}`, fixture.clock),
		broken: async ({ clock }) => open('file:/nowhere/to/be/found.jpg', clock),
		expected: [jpeg(33)],
	},
	{
		name: 'http: stream',
		well: async (fixture) => httpSource(fixture, (_request, answer) => streamHead(answer).write(multipart(PICTURES))),
		broken: async (fixture) => httpSource(fixture, (_request, answer) => streamHead(answer).end(multipart(PICTURES))),
		expected: PICTURES,
	},
	{
		name: 'rtsp:',
		well: async (fixture) => open((await rtspCamera(fixture)).url(), fixture.clock),
		broken: async (fixture) => open((await rtspCamera(fixture, true)).url(), fixture.clock),
		expected: UNITS,
	},
	{
		name: 'http: snapshot',
		well: async (fixture) =>
			httpSource(fixture, (_request, answer) => answer.setHeader('Content-Type', 'image/jpeg').end(jpeg(77))),
		broken: async (fixture) => httpSource(fixture, (_request, answer) => answer.writeHead(500).end()),
		expected: [jpeg(77)],
	},
];

function open(spec: string, clock: Clock, input = new PassThrough()): Source {
	const settings = { size: { width: 160, height: 120 } };
	return openSource(spec, { name: 'front-door', clock, input, random: () => 0.5, settings });
}

async function fileOf(bytes: Uint8Array, { lifetime }: Fixture): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'oriel-'));
	lifetime.add(() => rm(folder, { recursive: true }));
	const path = join(folder, 'pictures');
	await writeFile(path, bytes);
	return path;
}

async function httpSource(
	{ clock, lifetime }: Fixture,
	answer: Parameters<typeof FakeCamera.start>[0],
): Promise<Source> {
	const camera = lifetime.use(await FakeCamera.start(answer));
	lifetime.add(() => until(() => camera.open === 0));
	return open(camera.url().href, clock);
}

/** Plays to each client that asks, to its end or without one. */
async function rtspCamera({ lifetime }: Fixture, isEnding = false): Promise<ScriptedRtsp> {
	const sender = new RtpSender();
	const packets = UNITS.flatMap((unit, turn) => sender.picture(unit, turn * 3600));
	const camera = await ScriptedRtsp.start(({ method, socket }) => {
		// Behind the reply that follows.
		if (method === 'PLAY')
			setImmediate(() => socket.write(Buffer.concat(packets.map((packet) => interleaved(packet)))));
		if (method === 'PLAY' && isEnding) setImmediate(() => socket.end());
		return undefined;
	});
	lifetime.add(() => camera.close());
	lifetime.add(() => until(() => camera.open === 0));
	return camera;
}

function streamHead(answer: Parameters<Parameters<typeof FakeCamera.start>[0]>[1]) {
	return answer.setHeader('Content-Type', 'multipart/x-mixed-replace; boundary=frame');
}

function expectWhole({ key, data, format }: MediaUnit): void {
	const { codec, codecString, width, height } = format;
	if (codec === 'jpeg') {
		const seen = inspectJpeg(data);
		expect(seen).toMatchObject({ width, height, hasHuffmanTables: true });
		expect(seen?.bytes).toHaveLength(data.length);
		expect([key, codecString]).toEqual([true, undefined]);
		return;
	}
	const nals = nalUnitsOf(data);
	expect(nals.map(nalType)).toEqual(key ? [7, 8, 5] : [1]);
	if (key && nals[0]) expect(parseSps(nals[0])).toMatchObject({ codec: codecString, width, height });
}

function openFiles(): string[] {
	if (process.platform !== 'linux') return [];
	return readdirSync('/proc/self/fd').flatMap((fd) => {
		try {
			return [readlinkSync(`/proc/self/fd/${fd}`)];
		} catch {
			return [];
		}
	});
}

describe.each(IMPLEMENTATIONS)('source $name', ({ well, broken, expected }) => {
	/** Runs `test`, then checks that nothing was left open. */
	async function withFixture(test: (fixture: Fixture) => Promise<void>): Promise<void> {
		const fixture = { clock: new FakeClock(), lifetime: new Lifetime() };
		try {
			await test(fixture);
			await until(() => openFiles().every((path) => !path.includes('/oriel-')));
			expect(fixture.clock.pending, 'timers left').toBe(0);
		} finally {
			await fixture.lifetime.close();
		}
	}

	it('brings whole pictures, in order, at times that never go back', () =>
		withFixture(async (fixture) => {
			const watching = new Watching(await well(fixture));
			await until(() => watching.frames.length >= 5, fixture.clock);
			watching.stop();
			await until(() => watching.outcome === 'stopped');
			watching.frames.forEach((frame, index) => {
				expectWhole(frame);
				if (expected) expect(Buffer.compare(frame.data, expected[index % expected.length] ?? frame.data)).toBe(0);
			});
			expect(watching.frames[0]?.key).toBe(true);
			const times = watching.frames.map(({ capturedAt }) => capturedAt);
			expect(times).toEqual([...times].sort((a, b) => a - b));
			expect(times.every(Number.isSafeInteger)).toBe(true);
		}));

	it('ends soon after it is stopped, without waiting for time to pass, and brings nothing after', () =>
		withFixture(async (fixture) => {
			const watching = new Watching(await well(fixture));
			await until(() => watching.frames.length >= 1, fixture.clock);
			watching.stop();
			const before = watching.frames.length;
			await until(() => watching.outcome !== 'running');
			expect(watching.outcome).toBe('stopped');
			expect(watching.frames).toHaveLength(before);
		}));

	it('does not begin when it is stopped before', () =>
		withFixture(async (fixture) => {
			const source = await well(fixture);
			const unreachable = () => expect.unreachable();
			const sink = { frame: unreachable, poster: unreachable, preview: unreachable, advise: unreachable };
			await source.run(sink, AbortSignal.abort());
		}));

	if (broken) {
		it('says in one line why it ended', () =>
			withFixture(async (fixture) => {
				const watching = new Watching(await broken(fixture));
				await until(() => watching.outcome !== 'running', fixture.clock);
				expect(watching.failure?.message).toMatch(/^\S.{10,}$/);
			}));
	}

	it('describes itself in one line', () =>
		withFixture(async (fixture) => {
			expect((await well(fixture)).description).toMatch(/^\S.*\S$/);
		}));
});
