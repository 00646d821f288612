import type { CaptureSettings } from '@oriel/agent';
import type { Secret } from '@oriel/base';

/** One camera as it is to run: everything read, checked and decided. */
export interface CameraConfig {
	readonly name: string;
	readonly title: string | undefined;
	/** The relay's address as written. */
	readonly relay: string;
	/** `sha256/…` of the relay's public key; undefined: any that the system's certificate authorities accept. */
	readonly pin: string | undefined;
	readonly key: Secret;
	/** SPEC of `--source`. May hold a password. */
	readonly source: string;
	readonly settings: CaptureSettings;
	/** What makes its preview: `auto`, `off`, or the SPEC of another source, e.g. a sub-stream. May hold a password. */
	readonly preview?: string | undefined;
	/** `sha256/…`: the only public key that a camera with TLS may have; undefined: one that an authority vouches for. */
	readonly cameraPin?: string | undefined;
	/** Send frames without viewers, too. */
	readonly alwaysOn: boolean;
	/** A slow uplink never makes the camera send less than so many bits a second; undefined: the agent's own choice. */
	readonly minBitrate?: number | undefined;
	/** Whether owners may change the camera's controls on the page. */
	readonly remoteControls: boolean;
}

/** Whether two are the same in everything: then nothing needs to be restarted. */
export function isSameCamera(a: CameraConfig, b: CameraConfig): boolean {
	return printOf(a) === printOf(b);
}

function printOf({ key, settings, ...rest }: CameraConfig): string {
	const sorted = Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
	return JSON.stringify([key.reveal(), sorted, Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1))]);
}
