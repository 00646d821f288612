import { thinned } from '../../capture/at-most.ts';
import type { StreamMethod } from '../../capture/method.ts';
import { readPin } from '../../tls/pin.ts';
import { httpSource } from './http.ts';
import { readAddress } from './http-address.ts';

/** How often a snapshot URL is asked. */
const DEFAULT_SNAPSHOT_FPS = 1;

/** Network cameras that speak HTTP: endless answers, and snapshots. */
export const http: StreamMethod = {
	name: 'http',
	specs: ['http://…', 'https://…'],
	open(spec, options) {
		if (!/^https?:\/\//i.test(spec)) return undefined;
		const { settings, cameraPin, maxPictureBytes, clock, random } = options;
		const snapshotFps = settings.fps ?? DEFAULT_SNAPSHOT_FPS;
		const pin = cameraPin === undefined ? undefined : readPin(cameraPin);
		const source = httpSource({ address: readAddress(spec), pin, snapshotFps, maxPictureBytes, clock, random });
		return thinned(source, options);
	},
	abilities: () => ({ does: ['fps'], codec: undefined }),
};
