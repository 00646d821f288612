import * as api from '@oriel/api';
import { type Clock, type Micros, millis } from '@oriel/base';
import { type Action, mayKnowWhy, maySee, type Principal } from '../auth/policy.ts';
import type { Camera } from '../core/camera.ts';
import { findCamera } from '../core/find.ts';
import type { Hub } from '../core/hub.ts';
import type { ViewerFacts } from '../core/viewer.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';

/** Viewers that one answer lists: those who have watched the longest. */
export const MAX_VIEWERS_LISTED = 200;

/** What is known of the cameras that the caller may see. */
export function cameraRoutes(hub: Hub, clock: Clock): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.cameras.list),
			action: 'camera.list',
			handle({ response, who }) {
				const seen = [...hub.cameras].filter((camera) => maySee(who, camera.name));
				const withReason = mayKnowWhy(who);
				sendAnswer(response, api.cameras.list, { cameras: seen.map((camera) => describe(camera, clock, withReason)) });
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

function describe(camera: Camera, clock: Clock, withReason: boolean): api.Camera {
	const { name, title, condition, viewers, video } = camera;
	const { codec, codecString, width, height } = video.format;
	const since = dateOf(condition.since, clock);
	return {
		name,
		title,
		...{ codec, ...(codecString !== undefined && { codecString }), width, height },
		state: condition.state,
		since,
		...(withReason && condition.reason !== undefined ? { reason: condition.reason } : {}),
		...(camera.limited === undefined ? {} : { limited: camera.limited }),
		...(withReason && camera.problem !== undefined ? { problem: camera.problem } : {}),
		isPaused: video.isPaused,
		framesPerSecond: video.framesPerSecond,
		bitsPerSecond: Math.round(video.bitsPerSecond),
		viewers: viewers.length,
	};
}
