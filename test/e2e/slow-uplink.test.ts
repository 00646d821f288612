import { rmSync } from 'node:fs';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { fakeMachine } from '@oriel/testing/fake-camera/machine';
import { NarrowWay } from '@oriel/testing/narrow-way';
import { isTimed, withinMs } from '@oriel/testing/patience';
import { processesWith } from '@oriel/testing/processes';
import { oriel } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';
import { type Come, LiveViewer } from './viewer/live-viewer.ts';

const FULL = 2_000_000;
const NARROW = 1_100_000;
/** A group of pictures takes a second; on top comes what a narrow way costs. */
const FRESH_MS = 1500;

/** Of the capture program that runs now, in bits a second. */
function bitrateOf(folder: string): number | undefined {
	const [program] = processesWith(folder).filter(({ words }) => words.includes('/rpicam-vid'));
	const [, digits] = / (?:-b|--bitrate) (\d+)/.exec(program?.words ?? '') ?? [];
	return digits === undefined ? undefined : Number(digits);
}

function ages(pictures: readonly Come[]): number[] {
	return pictures.map(({ age }) => age).sort((a, b) => a - b);
}

it('an uplink that does not carry the camera makes it send less, and pictures stay fresh', async () => {
	await using relay = await RelayProcess.start();
	await using way = await NarrowWay.open({ port: relay.port, bitsPerSecond: 20_000_000 });
	const key = await relay.addKey('porch');
	const token = await relay.addToken();
	const [name = '', value = ''] = (await relay.setUp()).split('=');
	const cookie = `${name}=${value}`;
	using fakes = new FakePrograms('ok');
	const root = fakeMachine('pi4', 'trixie');
	const words = ['--name', 'porch', '--log', 'json', '--source', 'auto', '--size', '320x240', '--fps', '15'];
	const own = { TMPDIR: fakes.folder, ORIEL_MACHINE_ROOT: root, FAKECAM_FPS: '15' };
	const env = { ...fakes.environment('fill'), ...own, ORIEL_CAMERA_KEY: key };
	try {
		await using camera = oriel(['camera', `http://127.0.0.1:${way.port}`, ...words, '--bitrate', String(FULL)], {
			env,
		});
		await camera.said(/pictures come in/);
		await using viewer = new LiveViewer(relay.url, token, 'porch');
		await until('every picture', () => viewer.unbroken > 25);
		expect(bitrateOf(fakes.folder)).toBe(FULL);

		way.bitsPerSecond = NARROW;
		const narrowedAt = performance.now();
		const lowered = await until('the camera to be told to send less', () => {
			const bitrate = bitrateOf(fakes.folder);
			return bitrate !== undefined && bitrate !== FULL ? bitrate : undefined;
		});
		expect(performance.now() - narrowedAt).toBeGreaterThan(3000);
		expect(lowered).toBeGreaterThan(0.6 * NARROW);
		expect(lowered).toBeLessThan(0.95 * NARROW);
		const before = ages(viewer.last(performance.now() - narrowedAt - 1000));
		expect(before.at(-1), 'while it decided').toBeLessThan(withinMs(FRESH_MS));

		await until('all pictures again', () => viewer.unbroken >= 56);
		expect(ages(viewer.last(4000)).at(-1)).toBeLessThan(withinMs(FRESH_MS));
		const limited = await until('the words', async () => {
			const answer = await fetch(`${relay.url}/api/cameras`, { headers: { cookie } });
			const { cameras } = (await answer.json()) as { cameras: { limited?: string }[] };
			return cameras[0]?.limited;
		});
		const [, ...numbers] =
			/uplink carries about ([\d.]+) Mbit\/s: pictures are sent at ([\d.]+) instead of ([\d.]+) Mbit/.exec(limited) ??
			[];
		const [carried = 0, sent = 0, made = 0] = numbers.map(Number);
		expect(carried).toBeGreaterThan(0.75 * (NARROW / 1e6));
		expect(carried).toBeLessThan(1.2 * (NARROW / 1e6));
		expect(sent).toBeLessThan(carried);
		// A camera on a busy machine makes less than it was asked for.
		expect(made).toBeGreaterThan(isTimed ? 0.9 * (FULL / 1e6) : carried);
		expect(viewer.said).toContainEqual(expect.objectContaining({ type: 'status', state: 'live', limited }));
		await camera.end('SIGTERM');
	} finally {
		rmSync(root, { recursive: true, force: true });
	}
});
