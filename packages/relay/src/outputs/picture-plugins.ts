import { type Operation, pictures } from '@oriel/api';
import type { Principal } from '../auth/policy.ts';
import { findCamera } from '../core/find.ts';
import type { Hub } from '../core/hub.ts';
import type { Track } from '../core/track.ts';
import { KeyFrameDecoder } from '../decode/key-frame.ts';
import { type Exchange, endpoint, type Route } from '../http/route.ts';
import type { Plugin } from '../plugin/plugin.ts';
import { streamMjpeg } from './mjpeg.ts';
import { streamMp4 } from './mp4.ts';
import { Wakings } from './next-picture.ts';
import { sendSnapshot } from './snapshot.ts';

const DOCS = 'docs/http-api.md#routes';

/** A camera's frames as an endless multipart body, for browsers, printers and dashboards. */
export const mjpeg: Plugin = {
	name: 'mjpeg',
	output: 'mjpeg',
	// It names no camera, so that only callers who may watch every camera pass.
	permissions: {
		'seed.watch': { who: ['owner', 'viewer', 'token'], isApi: false, keepsOpen: true, isOfAllCameras: true },
	},
	docs: DOCS,
	open({ config, hub, memory: { unsent }, ...context }) {
		const options = { ...context, unsent };
		const stream = (track: Track, exchange: Exchange<Principal>) => streamMjpeg(track, exchange, options);
		return {
			routes: [endless(cameraRoute(hub, pictures.mjpeg, stream)), aliasRoute(hub, config.seed?.camera, stream)],
		};
	},
};

/** A camera's frames as an endless MP4, for players. */
export const mp4: Plugin = {
	name: 'mp4',
	output: 'mp4',
	docs: DOCS,
	open({ hub, memory: { unsent }, ...context }) {
		const options = { ...context, unsent };
		const stream = (track: Track, exchange: Exchange<Principal>) => streamMp4(track, exchange, options);
		return { routes: [endless(cameraRoute(hub, pictures.mp4, stream))] };
	},
};

/** A camera's newest picture as a JPEG. */
export const snapshot: Plugin = {
	name: 'snapshot',
	output: 'snapshot',
	docs: DOCS,
	open({ hub, clock, memory: { unsent } }) {
		const options = { clock, unsent, decoder: new KeyFrameDecoder(), wakings: new Wakings(clock) };
		const send = (track: Track, exchange: Exchange<Principal>) => sendSnapshot(track, exchange, options);
		return { routes: [cameraRoute(hub, pictures.snapshot, send)] };
	},
};

type Answer = (track: Track, exchange: Exchange<Principal>) => void | Promise<void>;

function cameraRoute(hub: Hub, operation: Operation, answer: Answer): Route<Principal, string> {
	return {
		...endpoint(operation),
		action: 'camera.watch',
		handle: (exchange) => answer(findCamera(hub, exchange.params.camera).video, exchange),
	};
}

function endless(route: Route<Principal, string>): Route<Principal, string> {
	return { ...route, endless: true };
}

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
