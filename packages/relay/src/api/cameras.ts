import * as api from '@oriel/api';
import { type Clock, type Micros, millis } from '@oriel/base';
import { type Action, mayKnowWhy, maySee, type Principal } from '../auth/policy.ts';
import type { Camera } from '../core/camera.ts';
import { findCamera } from '../core/find.ts';
import type { Hub } from '../core/hub.ts';
import type { ViewerFacts } from '../core/viewer.ts';
import { originOf } from '../http/origin.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';

import { type OutdatedFacts, outdatedOf } from './outdated.ts';

/** Viewers that one answer lists: those who have watched the longest. */
export const MAX_VIEWERS_LISTED = 200;

export interface CameraRouteOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	/** Of this relay. */
	readonly version: string;
	/** `sha256/BASE64` of the public key of a certificate that signs itself; undefined if it is one that all trust. */
	readonly pin: () => string | undefined;
}

/** What is known of the cameras that the caller may see. */
export function cameraRoutes({ hub, clock, version, pin }: CameraRouteOptions): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.cameras.list),
			action: 'camera.list',
			handle(exchange) {
				const { response, who } = exchange;
				const seen = [...hub.cameras].filter((camera) => maySee(who, camera.name));
				const origin = originOf(exchange);
				const relay = origin === undefined ? undefined : { version, origin, pin: pin() };
				const forOwner = (camera: Camera) => (mayKnowWhy(who) ? ownersFacts(camera, relay) : {});
				const cameras = seen.map((camera) => ({ ...describe(camera, clock), ...forOwner(camera) }));
				sendAnswer(response, api.cameras.list, { cameras });
			},
		},
		{
			...endpoint(api.viewers.list),
			action: 'viewer.list',
			handle({ response, params }) {
				const { viewers } = findCamera(hub, params.camera);
				const staying = viewers.flatMap(({ transport, facts }) => (facts ? [{ transport, facts }] : []));
				const listed = staying
					.slice(0, MAX_VIEWERS_LISTED)
					.map(({ transport, facts }) => describeViewer(transport, facts, clock));
				sendAnswer(response, api.viewers.list, { total: staying.length, viewers: listed });
			},
		},
	];
}

function describeViewer(
	transport: string,
	{ since, frames, dropped, shown }: ViewerFacts,
	clock: Clock,
): api.CameraViewer {
	return {
		transport,
		since: dateOf(since, clock),
		frames,
		dropped,
		...(shown && { ageMs: Math.round(shown.ageMs), shownAt: dateOf(shown.at, clock) }),
	};
}

/** A time of the relay's clock for people and programs: as its wall clock counts now. */
function dateOf(time: Micros, clock: Clock): string {
	return new Date(clock.wall() - millis(clock.now() - time)).toISOString();
}

/** What comes from inside the camera's machine, and what to do about it. */
function ownersFacts(
	{ condition: { reason }, problem, software }: Camera,
	relay: Omit<OutdatedFacts, 'software'> | undefined,
): Partial<api.Camera> {
	const outdated = relay && outdatedOf({ ...relay, software });
	return {
		...(reason === undefined ? {} : { reason }),
		...(problem === undefined ? {} : { problem }),
		...(outdated && { outdated }),
	};
}

function describe(camera: Camera, clock: Clock): api.Camera {
	const { name, title, condition, viewers, video } = camera;
	const { codec, codecString, width, height } = video.format;
	const since = dateOf(condition.since, clock);
	return {
		name,
		title,
		...{ codec, ...(codecString !== undefined && { codecString }), width, height },
		state: condition.state,
		since,
		...(camera.limited === undefined ? {} : { limited: camera.limited }),
		isPaused: video.isPaused,
		framesPerSecond: video.framesPerSecond,
		bitsPerSecond: Math.round(video.bitsPerSecond),
		viewers: viewers.length,
	};
}
