/** What the firmware knows of cameras; it knows nothing of those that libcamera drives. */
export interface FirmwareCamera {
	readonly isSupported: boolean;
	readonly isDetected: boolean;
}

/** Reads `vcgencmd get_camera`; undefined if it is none. */
export function parseGetCamera(output: string): FirmwareCamera | undefined {
	const [, supported, detected] = /supported=(\d) detected=(\d)/.exec(output) ?? [];
	if (supported === undefined) return undefined;
	return { isSupported: supported !== '0', isDetected: detected !== '0' };
}
