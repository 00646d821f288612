import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Boards by what they call themselves in the device tree. */
const BOARDS = {
	zero2: { model: 'Raspberry Pi Zero 2 W Rev 1.0', soc: 'brcm,bcm2837', memory: 425_000 },
	pi3: { model: 'Raspberry Pi 3 Model B Plus Rev 1.3', soc: 'brcm,bcm2837', memory: 945_000 },
	pi4: { model: 'Raspberry Pi 4 Model B Rev 1.4', soc: 'brcm,bcm2711', memory: 3_884_000 },
	pi5: { model: 'Raspberry Pi 5 Model B Rev 1.0', soc: 'brcm,bcm2712', memory: 8_245_000 },
	pc: { model: undefined, soc: undefined, memory: 16_000_000 },
} as const;

const SYSTEMS = {
	buster: { id: 'raspbian', version: '10', config: '/boot/config.txt' },
	bullseye: { id: 'debian', version: '11', config: '/boot/config.txt' },
	bookworm: { id: 'debian', version: '12', config: '/boot/firmware/config.txt' },
	trixie: { id: 'debian', version: '13', config: '/boot/firmware/config.txt' },
} as const;

export type MachineBoard = keyof typeof BOARDS;
export type MachineSystem = keyof typeof SYSTEMS;

export interface FakeMachineOptions {
	/** A USB camera at this number, with its metadata node behind it. */
	readonly usbAt?: number | undefined;
	/** The old camera stack is switched on: `start_x=1`, and /dev/video0 is the firmware's. */
	readonly isLegacy?: boolean | undefined;
	/** Lines of config.txt besides. */
	readonly config?: readonly string[] | undefined;
}

/**
 * A folder that looks like the root of such a machine: device tree, os-release, config.txt, the nodes of Video4Linux and
 * what the kernel says of them. The devices are empty files. The caller removes the folder.
 */
export function fakeMachine(board: MachineBoard, system: MachineSystem, options: FakeMachineOptions = {}): string {
	const root = mkdtempSync(join(tmpdir(), 'oriel-machine-'));
	const { model, soc, memory } = BOARDS[board];
	const { id, version, config } = SYSTEMS[system];
	const file = (path: string, text: string) => {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	};
	file(
		'/etc/os-release',
		`PRETTY_NAME="${id} ${version} (${system})"\nID=${id}\nVERSION_ID="${version}"\nVERSION_CODENAME=${system}\n`,
	);
	file('/proc/meminfo', `MemTotal:       ${memory} kB\nCmaTotal:         327680 kB\nCmaFree:          300000 kB\n`);
	if (model !== undefined) {
		file('/proc/device-tree/model', `${model}\0`);
		file('/proc/device-tree/compatible', `raspberrypi,model\0${soc}\0`);
		const stack = options.isLegacy ? ['start_x=1', 'gpu_mem=128'] : ['camera_auto_detect=1'];
		file(config, [...stack, 'dtoverlay=vc4-kms-v3d', ...(options.config ?? []), ''].join('\n'));
		for (const path of ['/dev/dma_heap/linux,cma', '/dev/vchiq', '/dev/media0']) file(path, '');
	}
	for (const node of nodesOf(board, options)) addNode(root, file, node);
	return root;
}

interface VideoNode {
	readonly number: number;
	readonly name: string;
	readonly index: number;
	readonly driver: string;
	readonly usb?: boolean;
}

function nodesOf(board: MachineBoard, { usbAt, isLegacy }: FakeMachineOptions): VideoNode[] {
	const nodes: VideoNode[] = [];
	if (board === 'pi5') {
		for (const number of [0, 1, 2])
			nodes.push({ number, name: `rp1-cfe-csi2_ch${number}`, index: number, driver: 'rp1-cfe' });
		nodes.push({ number: 20, name: 'pispbe-input', index: 0, driver: 'pispbe' });
		nodes.push({ number: 19, name: 'rpi-hevc-dec', index: 0, driver: 'rpi-hevc-dec' });
	} else if (board !== 'pc') {
		const first = isLegacy
			? { name: 'mmal service 16.1', driver: 'bm2835 mmal' }
			: { name: 'unicam-image', driver: 'unicam' };
		nodes.push({ number: 0, index: 0, ...first });
		nodes.push({ number: 10, name: 'bcm2835-codec-decode', index: 0, driver: 'bcm2835-codec' });
		nodes.push({ number: 11, name: 'bcm2835-codec-encode', index: 0, driver: 'bcm2835-codec' });
		nodes.push({ number: 13, name: 'bcm2835-isp-output0', index: 0, driver: 'bcm2835-isp' });
	}
	if (usbAt === undefined) return nodes;
	const webcam = { name: 'Webcam: Webcam', driver: 'uvcvideo', usb: true };
	return [...nodes, { number: usbAt, index: 0, ...webcam }, { number: usbAt + 1, index: 1, ...webcam }];
}

function addNode(root: string, file: (path: string, text: string) => void, node: VideoNode): void {
	const { number, name, index, driver, usb = false } = node;
	const at = `/sys/class/video4linux/video${number}`;
	file(`${at}/name`, `${name}\n`);
	file(`${at}/index`, `${index}\n`);
	file(`${at}/dev`, `81:${number}\n`);
	file(`/dev/video${number}`, '');
	const device = usb ? '/sys/devices/usb1/1-1/1-1:1.0' : `/sys/devices/platform/${driver.replace(' ', '-')}`;
	mkdirSync(join(root, device), { recursive: true });
	mkdirSync(join(root, '/sys/bus/drivers', driver), { recursive: true });
	link(join(root, '/sys/bus/drivers', driver), join(root, device, 'driver'));
	link(join(root, device), join(root, at, 'device'));
	if (!usb) return;
	file('/sys/devices/usb1/1-1/idVendor', '046d\n');
	file('/sys/devices/usb1/1-1/idProduct', '0825\n');
	file('/sys/devices/usb1/1-1/product', 'Webcam\n');
	if (index > 0) return;
	mkdirSync(join(root, '/dev/v4l/by-id'), { recursive: true });
	link(`../../video${number}`, join(root, '/dev/v4l/by-id/usb-046d_Webcam-video-index0'));
}

function link(target: string, path: string): void {
	try {
		symlinkSync(target, path);
	} catch {
		// Several nodes of one device share it.
	}
}
