import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localMachine, type MediaUnit, type OpenOptions, openSource, SourceError, systemComputer } from '@oriel/agent';
import { type Fields, type Log, silentLog, systemClock } from '@oriel/base';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import {
	type FakeMachineOptions,
	fakeMachine,
	type MachineBoard,
	type MachineSystem,
} from '@oriel/testing/fake-camera/machine';
import type { Board } from '@oriel/testing/fake-camera/scenario';
import { processesWith } from '@oriel/testing/processes';
import { describe, expect, it } from 'vitest';

interface Place {
	readonly programs: Board;
	readonly tricks?: readonly string[];
	readonly board: MachineBoard;
	readonly system: MachineSystem;
	readonly options?: FakeMachineOptions;
	readonly spec?: string;
	readonly settings?: OpenOptions['settings'];
}

interface Seen {
	readonly frames: readonly MediaUnit[];
	readonly advice: readonly string[];
	/** What the log says was tried. */
	readonly tried: readonly string[];
	readonly failure: SourceError | undefined;
}

const PICTURES = 5;

/** Opens a source on a fake machine with fake programs, as the agent does; nothing of it may be left afterwards. */
async function watch({
	programs: fakes,
	tricks = [],
	board,
	system,
	options,
	spec = 'auto',
	settings,
}: Place): Promise<Seen> {
	using programs = new FakePrograms(fakes);
	const root = fakeMachine(board, system, options);
	const runFolder = mkdtempSync(join(tmpdir(), 'oriel-run-'));
	const environment = { ...process.env, ...programs.environment(...tricks), FAKECAM_FPS: '30' };
	const [frames, advice, tried]: [MediaUnit[], string[], string[]] = [[], [], []];
	const abort = new AbortController();
	try {
		const source = openSource(spec, {
			name: 'cam',
			input: process.stdin,
			clock: systemClock,
			random: Math.random,
			// Small pictures, for the fakes paint them on the processor.
			settings: { size: sizeFor(fakes), ...settings },
			computer: systemComputer({ clock: systemClock, root, environment }),
			machine: localMachine({ environment, runFolder }),
			log: logInto(tried),
		});
		const frame = (picture: MediaUnit) => {
			if (frames.push(picture) === PICTURES) abort.abort();
		};
		const sink = {
			frame,
			poster: () => undefined,
			preview: () => undefined,
			advise: (words: string) => void advice.push(words),
		};
		let failure: SourceError | undefined;
		await source.run(sink, abort.signal).catch((thrown) => {
			if (!(thrown instanceof SourceError)) throw thrown;
			failure = thrown;
		});
		expect(processesWith(programs.folder), 'left behind').toEqual([]);
		return { frames, advice, tried, failure };
	} finally {
		rmSync(root, { recursive: true, force: true });
		rmSync(runFolder, { recursive: true, force: true });
	}
}

/** The USB camera has no smaller one. */
function sizeFor(programs: Board): { width: number; height: number } {
	return programs === 'usb' ? { width: 640, height: 480 } : { width: 320, height: 240 };
}

function logInto(tried: string[]): Log {
	const info = (words: string, fields: Fields = {}) => void tried.push(`${words}: ${fields.reason}`);
	return { ...silentLog, info };
}

// Each has its own programs and its own folders, and mostly waits for them.
describe.concurrent('the camera of a fake machine', () => {
	it.each<[name: string, place: Place, codec: 'jpeg' | 'h264', tried: RegExp]>([
		[
			'Pi 4',
			{ programs: 'ok', board: 'pi4', system: 'trixie' },
			'h264',
			/ribbon connector; H\.264 in the Pi’s hardware/,
		],
		['Zero 2 W', { programs: 'ok', board: 'zero2', system: 'bookworm' }, 'h264', /H\.264 in the Pi’s hardware/],
		['Pi 5', { programs: 'pi5', board: 'pi5', system: 'trixie' }, 'h264', /H\.264 on the processor/],
		['Pi 5 of 2024', { programs: 'pi5-old', board: 'pi5', system: 'bookworm' }, 'h264', /H\.264 on the processor/],
		['Pi 5 lite', { programs: 'pi5-lite', board: 'pi5', system: 'bookworm' }, 'jpeg', /no way to make H\.264 here/],
		['Bullseye', { programs: 'bullseye', board: 'pi4', system: 'bullseye' }, 'h264', /in the Pi’s hardware/],
		[
			'Bullseye of 2021',
			{ programs: 'bullseye-2021', board: 'pi4', system: 'bullseye' },
			'h264',
			/in the Pi’s hardware/,
		],
		[
			'Bullseye legacy',
			{ programs: 'legacy', board: 'pi3', system: 'bullseye', options: { isLegacy: true } },
			'h264',
			/the old \("legacy"\) camera system; H\.264/,
		],
		[
			'a USB camera',
			{ programs: 'usb', board: 'pc', system: 'bookworm', options: { usbAt: 0 } },
			'jpeg',
			/makes JPEG itself/,
		],
		[
			'a USB camera without Huffman tables',
			{ programs: 'usb', tricks: ['no-dht'], board: 'pc', system: 'bookworm', options: { usbAt: 0 } },
			'jpeg',
			/makes JPEG itself/,
		],
	])('%s: pictures', async (_, place, codec, tried) => {
		const seen = await watch(place);
		expect(seen.failure).toBeUndefined();
		expect(seen.frames.length).toBe(PICTURES);
		const [first] = seen.frames;
		expect([first?.key, first?.format]).toMatchObject([true, { codec, ...sizeFor(place.programs) }]);
		expect(seen.tried).toEqual([expect.stringMatching(tried)]);
	});

	it('a Pi 5 with the lite tools says why it sends JPEGs', async () => {
		const { advice } = await watch({ programs: 'pi5-lite', board: 'pi5', system: 'bookworm' });
		expect(advice).toContainEqual(
			expect.stringMatching(/"lite" camera tools, without H\.264\..*sudo apt install rpicam-apps/),
		);
	});

	it.each<[spec: string, place: Omit<Place, 'spec'>]>([
		['csi:0', { programs: 'ok', board: 'pi4', system: 'bookworm' }],
		['/dev/video0', { programs: 'usb', board: 'pc', system: 'bookworm', options: { usbAt: 0 } }],
		[
			'/dev/v4l/by-id/usb-046d_Webcam-video-index0',
			{ programs: 'usb', board: 'pc', system: 'bookworm', options: { usbAt: 0 } },
		],
	])('%s, by its name', async (spec, place) => {
		const { frames, failure } = await watch({ ...place, spec });
		expect([frames.length, failure]).toEqual([PICTURES, undefined]);
	});

	it.each<[trick: string, place: Omit<Place, 'tricks'>, words: RegExp]>([
		['nocam', { programs: 'ok', board: 'pi4', system: 'bookworm' }, /^No camera was found on the connector\./],
		['busy', { programs: 'ok', board: 'pi4', system: 'bookworm' }, /^Another program is using the camera\./],
		['cma', { programs: 'ok', board: 'pi4', system: 'bookworm' }, /^There is no memory left for pictures\./],
		['permission', { programs: 'ok', board: 'pi4', system: 'bookworm' }, /^This user may not open the camera/],
		['nocam', { programs: 'legacy', board: 'pi3', system: 'buster' }, /^No camera was found on the connector\./],
		[
			'busy',
			{ programs: 'usb', board: 'pc', system: 'bookworm', options: { usbAt: 0 } },
			/^Another program is using the camera\./,
		],
		[
			'unplugged',
			{ programs: 'usb', board: 'pc', system: 'bookworm', options: { usbAt: 0 } },
			/no program that reads it|There is no camera|does not tell what it can do|No camera was found/,
		],
	])('with %s says so', async (trick, place, words) => {
		const { frames, failure } = await watch({ ...place, tricks: [trick] });
		expect([failure?.message, frames.length]).toEqual([expect.stringMatching(words), 0]);
	});
});
