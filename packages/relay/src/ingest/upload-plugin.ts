import { ingest } from '@oriel/api';
import { CAMERAS } from '../access/policy.ts';
import { endpoint } from '../http/route.ts';
import { findCamera } from '../hub/find.ts';
import type { Plugin } from '../plugin/plugin.ts';
import { acceptUpload } from './upload.ts';

/** Endless request bodies as cameras. */
export const upload: Plugin = {
	name: 'upload',
	permissions: { 'camera.publish': { who: CAMERAS, isApi: false } },
	docs: 'docs/http-api.md#routes',
	open({ config, hub, memory: { incoming }, metrics, ...context }) {
		const arrived = (age: number) => metrics.observeAge('ingest', age);
		const options = { ...context, incoming, arrived, maxPictureBytes: config.maxPictureBytes };
		return {
			routes: [ingest.put, ingest.post].map((operation) => ({
				...endpoint(operation),
				action: 'camera.publish',
				endless: true,
				handle: (exchange) => acceptUpload(findCamera(hub, exchange.params.camera), exchange, options),
			})),
		};
	},
};
