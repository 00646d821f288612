import type { Action, Principal } from '../access/permissions.ts';
import type { Route, UpgradeRoute } from '../http/route.ts';
import { findCamera } from '../hub/find.ts';
import type { Hub } from '../hub/hub.ts';
import { type AgentOptions, acceptAgent } from './agent.ts';
import { acceptUpload, type UploadOptions } from './upload.ts';

/** Endless request bodies as cameras. */
export function uploadRoutes(hub: Hub, options: UploadOptions): Route<Principal, Action>[] {
	return (['PUT', 'POST'] as const).map((method) => ({
		method,
		path: '/cameras/:camera/ingest',
		action: 'camera.publish',
		endless: true,
		handle: (exchange) => acceptUpload(findCamera(hub, exchange.params.camera), exchange, options),
	}));
}

/** The agents' WebSocket. The key says which camera it is. */
export function agentRoute(hub: Hub, options: AgentOptions): UpgradeRoute<Principal, Action> {
	return {
		path: '/agent',
		action: 'agent.open',
		accept(request, socket, head, who) {
			const camera = findCamera(hub, who.kind === 'camera' ? who.camera : undefined);
			acceptAgent(options, camera, request, socket, head, who);
		},
	};
}
