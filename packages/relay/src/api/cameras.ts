import { type Clock, millis } from '@oriel/base';
import { type Action, may, type Principal } from '../access/permissions.ts';
import { sendJson } from '../http/respond.ts';
import type { Route } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import type { Hub } from '../hub/hub.ts';

/** What is known of the cameras that the caller may see. */
export function cameraRoutes(hub: Hub, clock: Clock): Route<Principal, Action>[] {
	return [
		{
			method: 'GET',
			path: '/api/cameras',
			action: 'camera.list',
			handle({ response, who }) {
				const seen = [...hub.cameras].filter((camera) => may(who, 'camera.watch', camera.name));
				sendJson(response, 200, { cameras: seen.map((camera) => describe(camera, clock)) });
			},
		},
	];
}

function describe(camera: Camera, clock: Clock): Record<string, unknown> {
	const { name, title, format, condition, viewers } = camera;
	const since = new Date(clock.wall() - millis(clock.now() - condition.since)).toISOString();
	return {
		name,
		title,
		...format,
		state: condition.state,
		since,
		...(condition.reason === undefined ? {} : { reason: condition.reason }),
		isPaused: camera.isPaused,
		framesPerSecond: camera.framesPerSecond,
		bitsPerSecond: Math.round(camera.bitsPerSecond),
		viewers: viewers.size,
	};
}
