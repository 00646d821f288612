import type { Clock } from '@oriel/base';
import type { Action, Principal } from '../access/permissions.ts';
import type { Route, UpgradeRoute } from '../http/route.ts';
import { findCamera } from '../hub/find.ts';
import type { Hub } from '../hub/hub.ts';
import { acceptLive, type LiveOptions } from './live.ts';
import { type MjpegOptions, streamMjpeg } from './mjpeg.ts';
import { sendSnapshot } from './snapshot.ts';

/** The ways to a camera's pictures over plain HTTP. */
export function pictureRoutes(hub: Hub, options: MjpegOptions & { readonly clock: Clock }): Route<Principal, Action>[] {
	return [
		{
			method: 'GET',
			path: '/cameras/:camera/stream.mjpg',
			action: 'camera.watch',
			handle: (exchange) => streamMjpeg(findCamera(hub, exchange.params.camera), exchange, options),
		},
		{
			method: 'GET',
			path: '/cameras/:camera/snapshot.jpg',
			action: 'camera.watch',
			handle: (exchange) => sendSnapshot(findCamera(hub, exchange.params.camera), exchange, options.clock),
		},
	];
}

/** The seed's URL for pictures: of the seed's camera, or of the only one. */
export function seedRoute(hub: Hub, seedCamera: string | undefined, options: MjpegOptions): Route<Principal, Action> {
	return {
		method: 'GET',
		path: '/stream.mjpg',
		// It names no camera, so that only those who may watch every camera pass.
		action: 'seed.watch',
		handle(exchange) {
			const [only, second] = hub.cameras;
			streamMjpeg(findCamera(hub, seedCamera ?? (second ? undefined : only?.name)), exchange, options);
		},
	};
}

/** The viewers' WebSocket. */
export function liveRoute(options: LiveOptions): UpgradeRoute<Principal, Action> {
	return {
		path: '/live',
		action: 'live.open',
		accept: (request, socket, head, who) => acceptLive(options, request, socket, head, who),
	};
}
