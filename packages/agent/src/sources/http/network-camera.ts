import type { Clock } from '@oriel/base';
import type { HttpAddress } from './http-address.ts';

/** What every camera with an address of its own is opened with. */
export interface NetworkCameraOptions {
	/** Its user info, if any, signs in. */
	readonly address: HttpAddress;
	/** The only public key that a camera with TLS may have: `sha256/…`; undefined: any that an authority signs. */
	readonly pin?: string | undefined;
	readonly maxPictureBytes: number;
	readonly clock: Clock;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}
