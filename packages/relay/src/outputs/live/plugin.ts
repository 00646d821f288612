import { VIEWERS } from '../../auth/policy.ts';
import type { Plugin } from '../../plugin/plugin.ts';
import { acceptLive } from './live.ts';

/** The viewers' WebSocket: many cameras on one connection. */
export const live: Plugin = {
	name: 'live',
	output: 'live',
	permissions: {
		'live.open': { who: VIEWERS, isApi: false, keepsOpen: true },
		'live:hello': VIEWERS,
		'live:watch': VIEWERS,
		'live:ack': VIEWERS,
		'live:ping': VIEWERS,
		'live:pong': VIEWERS,
		'live:error': VIEWERS,
		'live:goodbye': VIEWERS,
	},
	docs: 'docs/protocol.md#a-viewers',
	open({ memory: { feeds }, metrics, acceptor, ...context }) {
		const shown = (age: number) => metrics.observeAge('viewer', age);
		const options = { ...context, feeds, shown, acceptor: acceptor({ takesPictures: false }) };
		return {
			upgrades: [
				{
					path: '/live',
					action: 'live.open',
					accept: (request, socket, head, who) => acceptLive(options, request, socket, head, who),
				},
			],
		};
	},
};
