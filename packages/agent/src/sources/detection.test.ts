import { BOARDS, type BoardName, boardWith, nodeFiles, usbCamera } from '@oriel/testing/agent/boards';
import { cameraProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { detected } from '@oriel/testing/agent/detected';
import { type FakeComputer, fakeComputer } from '@oriel/testing/agent/fake-computer';
import { describe, expect, it } from 'vitest';
import { detectCameras } from '../capture/auto/detect-cameras.ts';
import { findHolders } from '../detect/facts/holders.ts';
import { lookAround } from '../detect/facts/place.ts';
import { complaintOf, readHealth } from '../detect/health/health.ts';
import { CAPTURE_METHODS } from './list.ts';
import { targetOf } from './open.ts';

/** What a bug report holds of it. */
async function factsOf(computer: FakeComputer) {
	const { detections, ...machine } = await detected(computer);
	const facts: Record<string, unknown> = Object.assign({}, ...detections.map(({ facts }) => facts));
	return { ...machine, facts };
}

describe('facts of a machine', () => {
	it.each(Object.keys(BOARDS) as BoardName[])('%s is told by its device tree', async (board) => {
		const place = await lookAround(fakeComputer(boardWith({ board })));
		const [model, compatible] = BOARDS[board];
		expect(place.board.model).toBe(model);
		expect(place.board.chip).toBe(/bcm\d+/.exec(compatible)?.[0]);
	});

	it('says nothing of what there is not', async () => {
		const { place, rights, facts } = await factsOf(fakeComputer({}));
		expect({ place, rights, ...facts }).toMatchObject({
			place: { board: { chip: undefined }, isContainer: false, config: undefined, memoryBytes: undefined },
			rights: { groups: [], closed: [], heap: 'missing' },
			cameraTool: undefined,
			csi: undefined,
			ffmpeg: undefined,
			nodes: { cameras: [], hasV4l2Ctl: false },
			kernel: undefined,
		});
	});

	it('knows the groups of this user by name, and one heap is enough', async () => {
		const files = { '/dev/dma_heap/system': '', '/dev/dma_heap/linux,cma': '' };
		const options = boardWith({ board: 'Pi 4', files, closed: ['/dev/dma_heap/system'] });
		const { rights } = await factsOf(fakeComputer(options));
		expect(rights).toMatchObject({ groups: ['video', 'pi'], heap: 'yes', closed: [] });
	});

	it('takes the first node of a USB camera only, under a name that stays', async () => {
		const options = boardWith({ board: 'Pi 4', answers: v4l2CtlProgram('/dev/video0', ''), ...usbCamera() });
		const { facts } = await factsOf(fakeComputer(options));
		const camera = {
			path: '/dev/video0',
			stablePath: '/dev/v4l/by-id/usb-046d_0825-video-index0',
			driver: 'uvcvideo',
			usb: '046d:0825',
		};
		expect(facts.nodes).toMatchObject({ hasPiEncoder: true, cameras: [camera] });
	});

	it('asks no more than it has to: for one node, nothing about the ribbon connectors', async () => {
		const answers = {
			...v4l2CtlProgram('/dev/video0', ''),
			...cameraProgram({ name: 'rpicam-vid', version: 'v1.6.0', libav: true }),
		};
		const files = { ...usbCamera().files, ...nodeFiles('video4', 'Another') };
		const computer = fakeComputer(boardWith({ board: 'Pi 4', answers, files }));
		await detectCameras(computer, CAPTURE_METHODS, { target: targetOf('/dev/video0') });
		expect(computer.asked).toEqual([
			'ffmpeg -version',
			'v4l2-ctl --version',
			'v4l2-ctl -d /dev/video0 --list-formats-ext',
			'v4l2-ctl -d /dev/video0 --list-ctrls-menus',
		]);
	});

	it('reads the kernel’s log only where a camera is missing', async () => {
		const cameras = 'list-cameras.imx708_wide-2023.txt';
		const answers = cameraProgram({ name: 'rpicam-vid', version: 'v1.6.0', libav: true, cameras });
		const computer = fakeComputer(boardWith({ board: 'Pi 4', answers: { ...answers, dmesg: 'x' } }));
		await detected(computer);
		expect(computer.asked).not.toContain('dmesg');
	});
});

describe('who has a camera open', () => {
	const links = {
		'/proc/712/fd/3': '/dev/media0',
		'/proc/712/fd/4': '/dev/video0',
		'/proc/800/fd/9': '/dev/video2',
		'/proc/900/fd/1': '/dev/null',
		'/proc/self/fd/1': '/dev/video0',
	};
	const files = { '/proc/712/comm': 'motion\n', '/proc/800/comm': 'wireplumber\n' };

	it('any camera', async () => {
		expect(await findHolders(fakeComputer({ files, links }))).toEqual([{ name: 'motion', pid: 712 }]);
	});

	it('one camera, be it only the desktop', async () => {
		const computer = fakeComputer({ files, links });
		expect(await findHolders(computer, '/dev/video2')).toEqual([{ name: 'wireplumber', pid: 800 }]);
		expect(await findHolders(computer, '/dev/video9')).toEqual([]);
	});
});

describe('the health of a machine', () => {
	const of = async (throttled: string, temperature: string = '61200\n') => {
		const files = { '/sys/class/thermal/thermal_zone0/temp': temperature };
		return readHealth(
			fakeComputer({
				files,
				answers: { 'vcgencmd get_throttled': throttled, 'vcgencmd measure_temp': "temp=39.2'C\n" },
			}),
		);
	};

	it.each([
		['throttled=0x0', undefined],
		['throttled=0x50000', undefined],
		['throttled=0x50005', 'the Pi gets too little power: pictures may stop; use the power supply made for it'],
		['throttled=0x2', 'the Pi is too hot and slows down: give it air, or choose a smaller size or rate'],
		['VCHI initialization failed', undefined],
	])('%s: %s', async (throttled, complaint) => {
		expect(complaintOf(await of(throttled))).toBe(complaint);
	});

	it('has a temperature, from the kernel or from the firmware', async () => {
		expect((await of('throttled=0x0')).temperature).toBe(61.2);
		expect((await of('throttled=0x0', 'nonsense')).temperature).toBe(39.2);
	});

	it('is not asked for elsewhere', async () => {
		expect(await readHealth(fakeComputer({ platform: 'darwin' }))).toEqual({
			temperature: undefined,
			throttling: undefined,
		});
	});
});
