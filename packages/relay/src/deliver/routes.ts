import type { Action, Principal } from '../access/permissions.ts';
import { KeyFrameDecoder } from '../decode/key-frame.ts';
import type { Exchange, Route, UpgradeRoute } from '../http/route.ts';
import { findCamera } from '../hub/find.ts';
import type { Hub } from '../hub/hub.ts';
import type { Track } from '../hub/track.ts';
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
		answer: (track: Track, exchange: Exchange<Principal>) => void | Promise<void>,
		more: { readonly endless?: true } = {},
	): Route<Principal, Action> => ({
		...more,
		method: 'GET',
		path: `/cameras/:camera/${file}`,
		action: 'camera.watch',
		handle: (exchange) => answer(findCamera(hub, exchange.params.camera).video, exchange),
	});
	return [
		route('stream.mjpg', (track, exchange) => streamMjpeg(track, exchange, options), { endless: true }),
		route('stream.mp4', (track, exchange) => streamMp4(track, exchange, options), { endless: true }),
		route('snapshot.jpg', (track, exchange) => sendSnapshot(track, exchange, snapshots)),
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
			const camera = findCamera(hub, seedCamera ?? (second ? undefined : only?.name));
			streamMjpeg(camera.video, exchange, options);
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
