import type { Operation } from '@oriel/api';
import type { Principal } from '../auth/policy.ts';
import { findCamera } from '../core/find.ts';
import type { Hub } from '../core/hub.ts';
import type { Track } from '../core/track.ts';
import { type Exchange, endpoint, type Route } from '../http/route.ts';

/** Answers with what a camera's video has. */
export type Answer = (track: Track, exchange: Exchange<Principal>) => void | Promise<void>;

/** The route of an operation that names a camera, for callers who may watch it. */
export function cameraRoute(hub: Hub, operation: Operation, answer: Answer): Route<Principal, string> {
	return {
		...endpoint(operation),
		action: 'camera.watch',
		handle: (exchange) => answer(findCamera(hub, exchange.params.camera).video, exchange),
	};
}

/** The same, where the answer has no end. */
export function endlessCameraRoute(hub: Hub, operation: Operation, answer: Answer): Route<Principal, string> {
	return { ...cameraRoute(hub, operation, answer), endless: true };
}
