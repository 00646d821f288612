import type { Computer } from '../computer/computer.ts';
import { type FirmwareCamera, parseGetCamera } from '../outputs/vcgencmd.ts';

/** The camera system of before 2021. */
export interface LegacyStack {
	readonly hasRaspivid: boolean;
	/** Undefined if the firmware cannot be asked. */
	readonly firmware: FirmwareCamera | undefined;
}

/** Asks for the camera system of before 2021. Without `raspivid` the firmware's answer would mean nothing. */
export async function lookForLegacy(computer: Computer): Promise<LegacyStack> {
	// It has no --version; with --help it tells how it is used, whatever the camera.
	const hasRaspivid = (await computer.ask('raspivid', ['--help'])).how === 'ended';
	if (!hasRaspivid) return { hasRaspivid, firmware: undefined };
	const { stdout, stderr } = await computer.ask('vcgencmd', ['get_camera']);
	return { hasRaspivid, firmware: parseGetCamera(stdout + stderr) };
}
