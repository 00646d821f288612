import { linesOf } from '../../detect/outputs/lines.ts';

/** A device and its nodes, as `v4l2-ctl --list-devices` groups them. */
export interface ListedDevice {
	/** E.g. `Webcam: Webcam`. */
	readonly name: string;
	/** Where it is, e.g. `usb-0000:01:00.0-1.1`. */
	readonly bus: string;
	/** E.g. `/dev/video2`. */
	readonly nodes: readonly string[];
}

const MAX_DEVICES = 64;

/** Reads the output of `v4l2-ctl --list-devices`. */
export function parseDeviceList(output: string): ListedDevice[] {
	const devices: { name: string; bus: string; nodes: string[] }[] = [];
	for (const line of linesOf(output)) {
		const [, name, bus] = /^(\S.*) \((.+)\):$/.exec(line) ?? [];
		if (name !== undefined && bus !== undefined) {
			if (devices.length === MAX_DEVICES) break;
			devices.push({ name, bus, nodes: [] });
			continue;
		}
		const [, node] = /^\s+(\/dev\/\w+)$/.exec(line) ?? [];
		if (node !== undefined) devices.at(-1)?.nodes.push(node);
	}
	return devices;
}
