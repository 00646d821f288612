import type { DetectContext } from '../../detect/context.ts';
import { lookForLibcamera } from '../rpicam/look.ts';
import { type FirmwareCamera, parseGetCamera } from './parse-get-camera.ts';

/** The camera system of before 2021. */
export interface LegacyStack {
	readonly hasRaspivid: boolean;
	/** Undefined if the firmware cannot be asked. */
	readonly firmware: FirmwareCamera | undefined;
}

/** Asks for the camera system of before 2021; undefined where libcamera has cameras, for then the old system has none. */
export async function lookForLegacy({ computer, place, once }: DetectContext): Promise<LegacyStack | undefined> {
	if (place.platform !== 'linux') return undefined;
	const { csi } = await once(lookForLibcamera);
	if (csi && csi.cameras.length > 0) return undefined;
	// It has no --version; with --help it tells how it is used, whatever the camera.
	const hasRaspivid = (await computer.ask('raspivid', ['--help'])).how === 'ended';
	// Without `raspivid` the firmware's answer would mean nothing.
	if (!hasRaspivid) return { hasRaspivid, firmware: undefined };
	const { stdout, stderr } = await computer.ask('vcgencmd', ['get_camera']);
	return { hasRaspivid, firmware: parseGetCamera(stdout + stderr) };
}
