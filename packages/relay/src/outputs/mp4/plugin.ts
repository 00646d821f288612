import { pictures } from '@oriel/api';
import type { Plugin } from '../../plugin/plugin.ts';
import { endlessCameraRoute } from '../camera-route.ts';
import { streamMp4 } from './mp4.ts';

/** A camera's frames as an endless MP4, for players. */
export const mp4: Plugin = {
	name: 'mp4',
	output: 'mp4',
	docs: 'docs/http-api.md#routes',
	open({ hub, memory: { unsent }, ...context }) {
		const options = { ...context, unsent };
		return {
			routes: [endlessCameraRoute(hub, pictures.mp4, (track, exchange) => streamMp4(track, exchange, options))],
		};
	},
};
