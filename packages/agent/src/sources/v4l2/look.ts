import type { Computer } from '../../detect/computer/computer.ts';
import type { DetectContext } from '../../detect/context.ts';
import type { OfferedFormat } from '../../detect/outputs/picture-format.ts';
import { findFfmpeg } from '../ffmpeg/look.ts';
import { parseV4l2Formats } from '../ffmpeg/parse-tool.ts';
import { NODE, wantedNode } from '../targets.ts';
import { type DriverControl, parseControlList } from './parse-controls.ts';
import { parseFormatList } from './parse-formats.ts';

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
	/** Empty if no program could be asked. */
	readonly formats: readonly OfferedFormat[];
	readonly controls: readonly DriverControl[];
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

const NO_NODES: VideoNodes = { cameras: [], hasPiEncoder: false, sensors: [], hasV4l2Ctl: false };

/** Lists what Video4Linux has, and asks each camera, or only the one that is looked for, for its formats and controls. */
export async function lookAtVideoNodes(context: DetectContext): Promise<VideoNodes> {
	const { computer, place, once, looksFor } = context;
	if (place.platform !== 'linux') return NO_NODES;
	const path = wantedNode(context);
	const hasFfmpeg = looksFor(NODE) && (await once(findFfmpeg)) !== undefined;
	const names = await computer.list(FOLDER);
	const called = new Map<string, string>();
	for (const node of names) called.set(node, await readLine(computer, `${FOLDER}/${node}/name`));
	const stable = await stablePaths(computer);
	const hasV4l2Ctl = (await computer.ask('v4l2-ctl', ['--version'])).how === 'ended';
	const asking = { computer, hasV4l2Ctl, hasFfmpeg };
	const cameras: VideoNode[] = [];
	for (const node of names) {
		const name = called.get(node) ?? '';
		const wanted = path === undefined || path === `/dev/${node}` || path === stable.get(`/dev/${node}`);
		if (!wanted || !(await isCamera(computer, node, name)) || cameras.length === MAX_CAMERAS) continue;
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
async function isCamera(computer: Computer, node: string, name: string): Promise<boolean> {
	if (!/^video\d+$/.test(node) || NO_CAMERA.test(name)) return false;
	return /^0?$/.test(await readLine(computer, `${FOLDER}/${node}/index`));
}

function sensorOf(name: string = ''): string[] {
	const [, sensor] = SENSOR.exec(name) ?? [];
	return sensor === undefined ? [] : [sensor];
}

async function stablePaths(computer: Computer): Promise<ReadonlyMap<string, string>> {
	const folder = '/dev/v4l/by-id';
	const links = (await computer.list(folder)).filter((name) => name.endsWith('-video-index0'));
	const found = new Map<string, string>();
	for (const link of links) {
		const target = (await computer.readLink(`${folder}/${link}`))?.split('/').at(-1);
		if (target !== undefined) found.set(`/dev/${target}`, `${folder}/${link}`);
	}
	return found;
}

interface Asking {
	readonly computer: Computer;
	readonly hasV4l2Ctl: boolean;
	readonly hasFfmpeg: boolean;
}

async function describe(
	asking: Asking,
	node: string,
	name: string,
	stablePath: string | undefined,
): Promise<VideoNode> {
	const { computer } = asking;
	const device = `${FOLDER}/${node}/device`;
	const path = `/dev/${node}`;
	const vendor = await readLine(computer, `${device}/../idVendor`);
	const product = await readLine(computer, `${device}/../idProduct`);
	return {
		path,
		stablePath,
		name,
		driver: (await computer.readLink(`${device}/driver`))?.split('/').at(-1) ?? '',
		usb: vendor === '' ? undefined : `${vendor}:${product}`,
		access: await computer.access(path),
		...(await formatsAndControls(asking, path)),
	};
}

async function formatsAndControls({ computer, hasV4l2Ctl, hasFfmpeg }: Asking, path: string) {
	if (hasV4l2Ctl) {
		const formats = await computer.ask('v4l2-ctl', ['-d', path, '--list-formats-ext']);
		const controls = await computer.ask('v4l2-ctl', ['-d', path, '--list-ctrls-menus']);
		return { formats: parseFormatList(formats.stdout), controls: parseControlList(controls.stdout) };
	}
	if (!hasFfmpeg) return { formats: [], controls: [] };
	const args = ['-hide_banner', '-f', 'v4l2', '-list_formats', 'all', '-i', path];
	return { formats: parseV4l2Formats((await computer.ask('ffmpeg', args)).stderr), controls: [] };
}

async function readLine(computer: Computer, path: string): Promise<string> {
	return ((await computer.readText(path)) ?? '').trim();
}
