import type { Machine } from '../machine/machine.ts';
import { parseV4l2Formats } from '../outputs/ffmpeg.ts';
import type { OfferedFormat } from '../outputs/picture-format.ts';
import { type CameraControl, parseControlList } from '../outputs/v4l2-controls.ts';
import { parseFormatList } from '../outputs/v4l2-formats.ts';

/** A node of Video4Linux that may be a camera. */
export interface VideoNode {
	/** E.g. `/dev/video0`. */
	readonly path: string;
	/** A name that stays when other cameras come and go, under `/dev/v4l/by-id`; undefined if there is none. */
	readonly stablePath: string | undefined;
	/** What the driver calls it, e.g. `HD Webcam: HD Webcam`. */
	readonly name: string;
	/** E.g. `uvcvideo`; empty if not told. */
	readonly driver: string;
	/** `vendor:product`, in hexadecimal digits; undefined if it is not on USB. */
	readonly usb: string | undefined;
	readonly access: 'yes' | 'no' | 'missing';
	/** Empty if nobody could be asked. */
	readonly formats: readonly OfferedFormat[];
	readonly controls: readonly CameraControl[];
}

/** Everything under `/sys/class/video4linux`. */
export interface VideoNodes {
	readonly cameras: readonly VideoNode[];
	/** Whether a Pi's encoder for H.264 shows itself. */
	readonly hasPiEncoder: boolean;
	/** Sensors on ribbon connectors that the kernel drives, e.g. `imx708`. */
	readonly sensors: readonly string[];
	readonly hasV4l2Ctl: boolean;
}

const FOLDER = '/sys/class/video4linux';
/** Parts of the camera system, encoders and the like: no cameras. */
const NO_CAMERA = /^(unicam|bcm2835-isp|bcm2835-codec|rpivid|rpi-hevc-dec|pispbe|rp1-cfe)/;
const SENSOR = /^(imx\d+\w*|ov\d+\w*|arducam\w*) /;
const MAX_CAMERAS = 16;

/** Lists what Video4Linux has, and asks each camera for its formats and controls. `path`: only that one is asked. */
export async function listVideoNodes(machine: Machine, hasFfmpeg: boolean, path?: string): Promise<VideoNodes> {
	const names = await machine.list(FOLDER);
	const called = new Map<string, string>();
	for (const node of names) called.set(node, await readLine(machine, `${FOLDER}/${node}/name`));
	const stable = await stablePaths(machine);
	const hasV4l2Ctl = (await machine.ask('v4l2-ctl', ['--version'])).how === 'ended';
	const asking = { machine, hasV4l2Ctl, hasFfmpeg };
	const cameras: VideoNode[] = [];
	for (const node of names) {
		const name = called.get(node) ?? '';
		const wanted = path === undefined || path === `/dev/${node}` || path === stable.get(`/dev/${node}`);
		if (!wanted || !(await isCamera(machine, node, name)) || cameras.length === MAX_CAMERAS) continue;
		cameras.push(await describe(asking, node, name, stable.get(`/dev/${node}`)));
	}
	const values = [...called.values()];
	return {
		cameras,
		hasPiEncoder: values.includes('bcm2835-codec-encode'),
		sensors: names.flatMap((node) => (node.startsWith('v4l-subdev') ? sensorOf(called.get(node)) : [])),
		hasV4l2Ctl,
	};
}

/** A USB camera has a second node, for what is not pictures; its index is 1. */
async function isCamera(machine: Machine, node: string, name: string): Promise<boolean> {
	if (!/^video\d+$/.test(node) || NO_CAMERA.test(name)) return false;
	return /^0?$/.test(await readLine(machine, `${FOLDER}/${node}/index`));
}

function sensorOf(name: string = ''): string[] {
	const [, sensor] = SENSOR.exec(name) ?? [];
	return sensor === undefined ? [] : [sensor];
}

async function stablePaths(machine: Machine): Promise<ReadonlyMap<string, string>> {
	const folder = '/dev/v4l/by-id';
	const links = (await machine.list(folder)).filter((name) => name.endsWith('-video-index0'));
	const found = new Map<string, string>();
	for (const link of links) {
		const target = (await machine.readLink(`${folder}/${link}`))?.split('/').at(-1);
		if (target !== undefined) found.set(`/dev/${target}`, `${folder}/${link}`);
	}
	return found;
}

interface Asking {
	readonly machine: Machine;
	readonly hasV4l2Ctl: boolean;
	readonly hasFfmpeg: boolean;
}

async function describe(
	asking: Asking,
	node: string,
	name: string,
	stablePath: string | undefined,
): Promise<VideoNode> {
	const { machine } = asking;
	const device = `${FOLDER}/${node}/device`;
	const path = `/dev/${node}`;
	const vendor = await readLine(machine, `${device}/../idVendor`);
	const product = await readLine(machine, `${device}/../idProduct`);
	return {
		path,
		stablePath,
		name,
		driver: (await machine.readLink(`${device}/driver`))?.split('/').at(-1) ?? '',
		usb: vendor === '' ? undefined : `${vendor}:${product}`,
		access: await machine.access(path),
		...(await formatsAndControls(asking, path)),
	};
}

async function formatsAndControls({ machine, hasV4l2Ctl, hasFfmpeg }: Asking, path: string) {
	if (hasV4l2Ctl) {
		const formats = await machine.ask('v4l2-ctl', ['-d', path, '--list-formats-ext']);
		const controls = await machine.ask('v4l2-ctl', ['-d', path, '--list-ctrls-menus']);
		return { formats: parseFormatList(formats.stdout), controls: parseControlList(controls.stdout) };
	}
	if (!hasFfmpeg) return { formats: [], controls: [] };
	const args = ['-hide_banner', '-f', 'v4l2', '-list_formats', 'all', '-i', path];
	return { formats: parseV4l2Formats((await machine.ask('ffmpeg', args)).stderr), controls: [] };
}

async function readLine(machine: Machine, path: string): Promise<string> {
	return ((await machine.readText(path)) ?? '').trim();
}
