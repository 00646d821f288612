import type { Action, Principal } from '../access/permissions.ts';
import { KeyFrameDecoder } from '../decode/key-frame.ts';
import type { Exchange, Route, UpgradeRoute } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import { findCamera } from '../hub/find.ts';
import type { Hub } from '../hub/hub.ts';
import type { EndlessOptions } from './endless.ts';
import { acceptLive, type LiveOptions } from './live.ts';
import { streamMjpeg } from './mjpeg.ts';
import { streamMp4 } from './mp4.ts';
import { Wakings } from './next-picture.ts';
import { sendSnapshot } from './snapshot.ts';

/** The ways to a camera's pictures over plain HTTP. */
export function pictureRoutes(hub: Hub, options: EndlessOptions): Route<Principal, Action>[] {
	const { clock, unsent } = options;
	const snapshots = { clock, unsent, decoder: new KeyFrameDecoder(), wakings: new Wakings(clock) };
	const route = (
		file: string,
		answer: (camera: Camera, exchange: Exchange<Principal>) => void | Promise<void>,
		more: { readonly endless?: true } = {},
	): Route<Principal, Action> => ({
		...more,
		method: 'GET',
		path: `/cameras/:camera/${file}`,
		action: 'camera.watch',
		handle: (exchange) => answer(findCamera(hub, exchange.params.camera), exchange),
	});
	return [
		route('stream.mjpg', (camera, exchange) => streamMjpeg(camera, exchange, options), { endless: true }),
		route('stream.mp4', (camera, exchange) => streamMp4(camera, exchange, options), { endless: true }),
		route('snapshot.jpg', (camera, exchange) => sendSnapshot(camera, exchange, snapshots)),
	];
}

/** The seed's URL for pictures: of the seed's camera, or of the only one. */
export function seedRoute(hub: Hub, seedCamera: string | undefined, options: EndlessOptions): Route<Principal, Action> {
	return {
		method: 'GET',
		path: '/stream.mjpg',
		// It names no camera, so that only those who may watch every camera pass.
		action: 'seed.watch',
		endless: true,
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
