import { pictures } from '@oriel/api';
import { KeyFrameDecoder } from '../../decode/key-frame.ts';
import type { Plugin } from '../../plugin/plugin.ts';
import { cameraRoute } from '../camera-route.ts';
import { Wakings } from './next-picture.ts';
import { sendSnapshot } from './snapshot.ts';

/** A camera's newest picture as a JPEG. */
export const snapshot: Plugin = {
	name: 'snapshot',
	output: 'snapshot',
	docs: 'docs/http-api.md#routes',
	open({ hub, clock, memory: { unsent } }) {
		const options = { clock, unsent, decoder: new KeyFrameDecoder(), wakings: new Wakings(clock) };
		return {
			routes: [cameraRoute(hub, pictures.snapshot, (track, exchange) => sendSnapshot(track, exchange, options))],
		};
	},
};
