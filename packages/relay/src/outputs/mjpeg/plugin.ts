import { pictures } from '@oriel/api';
import type { Principal } from '../../auth/policy.ts';
import { findCamera } from '../../core/find.ts';
import type { Hub } from '../../core/hub.ts';
import { endpoint, type Route } from '../../http/route.ts';
import type { Plugin } from '../../plugin/plugin.ts';
import { type Answer, endlessCameraRoute } from '../camera-route.ts';
import { streamMjpeg } from './mjpeg.ts';

/** A camera's frames as an endless multipart body, for browsers, printers and dashboards. */
export const mjpeg: Plugin = {
	name: 'mjpeg',
	output: 'mjpeg',
	// It names no camera, so that only callers who may watch every camera pass.
	permissions: {
		'seed.watch': { who: ['owner', 'viewer', 'token'], isApi: false, keepsOpen: true, isOfAllCameras: true },
	},
	docs: 'docs/http-api.md#routes',
	open({ config, hub, memory: { unsent }, ...context }) {
		const options = { ...context, unsent };
		const stream: Answer = (track, exchange) => streamMjpeg(track, exchange, options);
		return {
			routes: [endlessCameraRoute(hub, pictures.mjpeg, stream), aliasRoute(hub, config.seed?.camera, stream)],
		};
	},
};

/** The how-to's URL for pictures: of its camera, or of the only one. */
function aliasRoute(hub: Hub, camera: string | undefined, answer: Answer): Route<Principal, string> {
	return {
		...endpoint(pictures.seed),
		action: 'seed.watch',
		endless: true,
		handle(exchange) {
			const [only, second] = hub.cameras;
			return answer(findCamera(hub, camera ?? (second ? undefined : only?.name)).video, exchange);
		},
	};
}
