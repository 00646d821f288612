import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtVideoNodes } from '../../sources/v4l2/look.ts';
import { detectContext } from '../context.ts';
import { abortable, recorded } from './recorded.ts';
import { MAX_TEXT_BYTES, systemComputer } from './system-computer.ts';

let root: string;

function put(path: string, text: string): void {
	mkdirSync(dirname(join(root, path)), { recursive: true });
	writeFileSync(join(root, path), text);
}

beforeAll(() => {
	root = mkdtempSync(join(tmpdir(), 'oriel-root-'));
	put('/proc/device-tree/model', 'Raspberry Pi 4\0');
	put('/long', 'x'.repeat(MAX_TEXT_BYTES + 10));
	// As the kernel lays it out: the node's device is an interface of the USB device above it.
	put('/sys/devices/usb1/1-1/idVendor', '046d\n');
	put('/sys/devices/usb1/1-1/idProduct', '0825\n');
	put('/sys/devices/usb1/1-1/1-1:1.0/video4linux/video10/name', 'HD Webcam\n');
	put('/sys/devices/usb1/1-1/1-1:1.0/video4linux/video10/index', '0\n');
	put('/dev/video10', '');
	put('/dev/video2', '');
	mkdirSync(join(root, '/sys/class/video4linux'), { recursive: true });
	mkdirSync(join(root, '/sys/bus/usb/drivers/uvcvideo'), { recursive: true });
	const node = '/sys/devices/usb1/1-1/1-1:1.0/video4linux/video10';
	symlinkSync(join(root, node), join(root, '/sys/class/video4linux/video10'));
	symlinkSync('../..', join(root, node, 'device'));
	symlinkSync('../../../../bus/usb/drivers/uvcvideo', join(root, '/sys/devices/usb1/1-1/1-1:1.0/driver'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const computer = () => systemComputer({ clock: systemClock, root });

describe('the computer that this runs on', () => {
	it('reads files, to a limit, and none that are not there', async () => {
		expect(await computer().readText('/proc/device-tree/model')).toBe('Raspberry Pi 4\0');
		expect(await computer().readText('/long')).toHaveLength(MAX_TEXT_BYTES);
		expect(await computer().readText('/none')).toBeUndefined();
		expect(await computer().readText('/dev')).toBeUndefined();
	});

	it('lists folders, by number', async () => {
		expect(await computer().list('/dev')).toEqual(['video2', 'video10']);
		expect(await computer().list('/none')).toEqual([]);
	});

	it('knows who may open what', async () => {
		expect(await computer().access('/dev/video2')).toBe('yes');
		expect(await computer().access('/dev/video3')).toBe('missing');
	});

	it('finds the USB device above a node, through the kernel’s links', async () => {
		const { cameras } = await lookAtVideoNodes(await detectContext(computer()));
		expect(cameras).toMatchObject([
			{ path: '/dev/video10', name: 'HD Webcam', driver: 'uvcvideo', usb: '046d:0825', access: 'yes' },
		]);
	});

	it('asks programs, and reads both of what they write', async () => {
		const script =
			'process.stdout.write("\\u001b[1;31mout\\u001b[0m"); process.stderr.write("err"); process.exitCode = 3';
		const answer = await computer().ask(process.execPath, ['-e', script]);
		expect(answer).toEqual({ how: 'ended', code: 3, stdout: 'out', stderr: 'err' });
	});

	it('knows that a program is missing', async () => {
		expect(await computer().ask('/no/such/program', [])).toMatchObject({ how: 'missing' });
		expect(await computer().ask('no-such-program-anywhere', [])).toMatchObject({ how: 'missing' });
	});

	it('ends a program that takes too long', async () => {
		const clock = new FakeClock();
		const asking = systemComputer({ clock, root }).ask(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
		clock.advance(5000);
		expect(await asking).toMatchObject({ how: 'timed-out', code: undefined });
		expect(clock.pending).toBe(0);
	});

	it('ends a program when it is told to, and asks none after that', async () => {
		const stop = new AbortController();
		const asking = abortable(computer(), stop.signal);
		const answer = asking.ask(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 60_000 });
		stop.abort();
		expect((await answer).how).toBe('timed-out');
		expect((await asking.ask(process.execPath, ['-e', ''])).how).toBe('timed-out');
	});

	it('keeps only the beginning of what a program pours out', async () => {
		const script = 'process.stdout.write("x".repeat(3_000_000))';
		const { how, stdout } = await computer().ask(process.execPath, ['-e', script]);
		expect([how, stdout.length]).toEqual(['ended', 256 * 1024]);
	});

	it('remembers what was asked', async () => {
		const { computer: asking, probes } = recorded(computer());
		await asking.ask('/no/such/program', ['--version']);
		expect(probes).toMatchObject([{ asked: '/no/such/program --version', answer: { how: 'missing' } }]);
	});
});
