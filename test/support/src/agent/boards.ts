import type { FakeComputerOptions } from './fake-computer.ts';

type Files = Readonly<Record<string, string>>;

/** Model and device tree of the boards that there are. */
export const BOARDS = {
	'Pi 1': ['Raspberry Pi Model B Plus Rev 1.2', 'raspberrypi,model-b-plus\0brcm,bcm2835\0', 'arm', 443],
	Zero: ['Raspberry Pi Zero Rev 1.3', 'raspberrypi,model-zero\0brcm,bcm2835\0', 'arm', 443],
	'Zero W': ['Raspberry Pi Zero W Rev 1.1', 'raspberrypi,model-zero-w\0brcm,bcm2835\0', 'arm', 443],
	'Pi 2': ['Raspberry Pi 2 Model B Rev 1.1', 'raspberrypi,2-model-b\0brcm,bcm2836\0', 'arm', 944],
	'Pi 3': ['Raspberry Pi 3 Model B Plus Rev 1.3', 'raspberrypi,3-model-b-plus\0brcm,bcm2837\0', 'arm64', 926],
	'Zero 2 W': ['Raspberry Pi Zero 2 W Rev 1.0', 'raspberrypi,model-zero-2-w\0brcm,bcm2837\0', 'arm64', 426],
	CM3: ['Raspberry Pi Compute Module 3 Rev 1.0', 'raspberrypi,3-compute-module\0brcm,bcm2837\0', 'arm64', 926],
	'Pi 4': ['Raspberry Pi 4 Model B Rev 1.4', 'raspberrypi,4-model-b\0brcm,bcm2711\0', 'arm64', 3792],
	'Pi 400': ['Raspberry Pi 400 Rev 1.0', 'raspberrypi,400\0brcm,bcm2711\0', 'arm64', 3792],
	CM4: ['Raspberry Pi Compute Module 4 Rev 1.0', 'raspberrypi,4-compute-module\0brcm,bcm2711\0', 'arm64', 3792],
	'Pi 5': ['Raspberry Pi 5 Model B Rev 1.0', 'raspberrypi,5-model-b\0brcm,bcm2712\0', 'arm64', 8061],
	'Pi 500': ['Raspberry Pi 500 Rev 1.0', 'raspberrypi,500\0brcm,bcm2712\0', 'arm64', 8061],
	CM5: ['Raspberry Pi Compute Module 5 Rev 1.0', 'raspberrypi,5-compute-module\0brcm,bcm2712\0', 'arm64', 8061],
	PC: ['', '', 'x64', 16_000],
} as const satisfies Record<string, readonly [string, string, string, number]>;

export type BoardName = keyof typeof BOARDS;

/** Systems, and where each keeps its config.txt. */
export const SYSTEMS = {
	buster: ['raspbian', '10', '/boot/config.txt'],
	bullseye: ['raspbian', '11', '/boot/config.txt'],
	bookworm: ['debian', '12', '/boot/firmware/config.txt'],
	trixie: ['debian', '13', '/boot/firmware/config.txt'],
} as const;

export type SystemName = keyof typeof SYSTEMS;

export interface Setting {
	readonly board: BoardName;
	readonly system?: SystemName;
	/** Contents of config.txt; default: what the system comes with. */
	readonly config?: string;
	readonly answers?: FakeComputerOptions['answers'];
	readonly files?: Files;
	readonly links?: Files;
	readonly closed?: readonly string[];
}

const CONFIG =
	'# see http://rptl.io/configtxt\ncamera_auto_detect=1\ndtoverlay=vc4-kms-v3d\n[cm4]\notg_mode=1\n[all]\n';

/** A board with a system on it. */
export function boardWith({ board, system = 'bookworm', config = CONFIG, ...rest }: Setting): FakeComputerOptions {
	const [model, compatible, arch, megabytes] = BOARDS[board];
	const [id, version, configPath] = SYSTEMS[system];
	const isPi = board !== 'PC';
	const tree: Files = isPi
		? { '/proc/device-tree/model': `${model}\0`, '/proc/device-tree/compatible': compatible, [configPath]: config }
		: {};
	const encoder: Files = isPi && !compatible.includes('bcm2712') ? nodeFiles('video11', 'bcm2835-codec-encode') : {};
	return {
		arch,
		groups: [44, 1000],
		files: {
			'/etc/os-release': `PRETTY_NAME="Debian GNU/Linux ${version} (${system})"\nID=${id}\nVERSION_CODENAME=${system}\n`,
			'/etc/group': 'root:x:0:\nvideo:x:44:pi\npi:x:1000:\n',
			'/proc/meminfo': `MemTotal:        ${megabytes * 1024} kB\nMemFree:         1234 kB\n`,
			...tree,
			...encoder,
			...rest.files,
		},
		links: rest.links ?? {},
		closed: rest.closed ?? [],
		answers: rest.answers ?? {},
	};
}

/** What the kernel shows of a node of Video4Linux. */
export function nodeFiles(node: string, name: string, index: number = 0): Files {
	const folder = `/sys/class/video4linux/${node}`;
	return { [`${folder}/name`]: `${name}\n`, [`${folder}/index`]: `${index}\n`, [`/dev/${node}`]: '' };
}

/** A USB camera with its two nodes. */
export function usbCamera(
	node: string = 'video0',
	name: string = 'HD Webcam: HD Webcam',
): Pick<Setting, 'files' | 'links'> & {
	readonly files: Files;
	readonly links: Files;
} {
	const second = `video${Number(node.slice('video'.length)) + 1}`;
	const device = `/sys/class/video4linux/${node}/device`;
	return {
		files: {
			...nodeFiles(node, name),
			...nodeFiles(second, name, 1),
			[`${device}/../idVendor`]: '046d\n',
			[`${device}/../idProduct`]: '0825\n',
		},
		links: {
			[`${device}/driver`]: '../../../../../bus/usb/drivers/uvcvideo',
			'/dev/v4l/by-id/usb-046d_0825-video-index0': `../../${node}`,
		},
	};
}
