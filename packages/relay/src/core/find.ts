import { RelayError } from '../errors/relay-error.ts';
import type { Camera } from './camera.ts';
import type { Hub } from './hub.ts';

/** The camera of that name; throws `not-found` if there is none. */
export function findCamera(hub: Hub, name: string | undefined): Camera {
	const camera = name === undefined ? undefined : hub.camera(name);
	if (camera) return camera;
	throw new RelayError(
		'not-found',
		name === undefined ? 'There is not exactly one camera here' : `There is no camera "${name}"`,
	);
}
