import { CAMERAS } from '../../auth/policy.ts';
import { findCamera } from '../../core/find.ts';
import type { Plugin } from '../../plugin/plugin.ts';
import { acceptAgent } from './agent.ts';

/** The agents' WebSocket. The key says which camera it is. */
export const agent: Plugin = {
	name: 'agent',
	permissions: {
		'agent.open': { who: CAMERAS, isApi: false },
		'agent:hello': CAMERAS,
		'agent:announce': CAMERAS,
		'agent:withdraw': CAMERAS,
		'agent:frame': CAMERAS,
		'agent:poster': CAMERAS,
		'agent:status': CAMERAS,
		'agent:controls': CAMERAS,
		'agent:ping': CAMERAS,
		'agent:pong': CAMERAS,
		'agent:error': CAMERAS,
		'agent:goodbye': CAMERAS,
	},
	docs: 'docs/protocol.md#an-agents',
	open({ hub, metrics, acceptor, ...context }) {
		const arrived = (age: number) => metrics.observeAge('ingest', age);
		const options = { ...context, arrived, acceptor: acceptor({ takesPictures: true }) };
		return {
			upgrades: [
				{
					path: '/agent',
					action: 'agent.open',
					accept(request, socket, head, who) {
						const camera = findCamera(hub, who.kind === 'camera' ? who.camera : undefined);
						acceptAgent(options, camera, request, socket, head, who);
					},
				},
			],
		};
	},
};
