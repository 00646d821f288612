import { ingest } from '@oriel/api';
import { CAMERAS, type Principal } from '../../auth/policy.ts';
import { findCamera } from '../../core/find.ts';
import type { Hub } from '../../core/hub.ts';
import { sendText } from '../../http/respond.ts';
import { type Exchange, endpoint, type Route } from '../../http/route.ts';
import type { Plugin } from '../../plugin/plugin.ts';
import { acceptUpload } from './upload.ts';

/** Endless request bodies as cameras. */
export const upload: Plugin = {
	name: 'upload',
	permissions: { 'camera.publish': { who: CAMERAS, isApi: false } },
	docs: 'docs/http-api.md#routes',
	open({ config, hub, memory: { incoming }, metrics, ...context }) {
		const arrived = (age: number) => metrics.observeAge('ingest', age);
		const options = { ...context, incoming, arrived, maxPictureBytes: config.maxPictureBytes };
		const accept = (exchange: Exchange<Principal>) =>
			acceptUpload(findCamera(hub, exchange.params.camera), exchange, options);
		const action = 'camera.publish';
		return {
			routes: [
				{ ...endpoint(ingest.put), action, endless: true, handle: accept },
				{ ...endpoint(ingest.post), action, endless: true, handle: accept },
				stateRoute(hub),
			],
		};
	},
};

/** Tells a camera's own machine whether its pictures arrive: one line, which a shell reads. */
function stateRoute(hub: Hub): Route<Principal, string> {
	return {
		...endpoint(ingest.state),
		action: 'camera.publish',
		handle({ response, params }) {
			const { condition, problem } = findCamera(hub, params.camera);
			const words = [condition.state, condition.reason ?? problem ?? ''];
			// Both may come from a program that is not ours.
			sendText(
				response,
				200,
				`${words
					.join(' ')
					.replaceAll(/\p{C}+/gu, ' ')
					.trim()}\n`,
			);
		},
	};
}
