import { type EncodedFrame, FrameQueue } from '@oriel/stream';
import { VIEWERS } from '../../packages/relay/src/auth/policy.ts';
import { findCamera } from '../../packages/relay/src/core/find.ts';
import { sendJson } from '../../packages/relay/src/http/respond.ts';
import type { Plugin } from '../../packages/relay/src/plugin/plugin.ts';

/** An output: `GET /cameras/NAME/numbers` gives the numbers of the frames since the last request, none left out. */
export const frameNumbers: Plugin = {
	name: 'frame-numbers',
	output: 'frame-numbers',
	permissions: { 'numbers.read': { who: VIEWERS, isApi: false } },
	docs: 'ARCHITECTURE.md#add-an-input-or-an-output',
	open({ hub }) {
		const queues = new Map<string, FrameQueue>();
		const follow = (camera: string) => {
			const { video } = findCamera(hub, camera);
			const queue = new FrameQueue({ maxFrames: 100, maxBytes: 1e6 }, () => {});
			const egress = video.counters.egress('frame-numbers');
			const offer = (frame: EncodedFrame) => {
				if (queue.push(frame)) egress.frames++;
			};
			video.attach({ transport: 'frame-numbers', offer, cameraRemoved: () => queues.delete(camera) });
			queues.set(camera, queue);
			return queue;
		};
		return {
			routes: [
				{
					method: 'GET',
					path: '/cameras/:camera/numbers',
					action: 'numbers.read',
					handle({ response, params: { camera = '' } }) {
						const queue = queues.get(camera) ?? follow(camera);
						const numbers = Array.from({ length: queue.size }, () => queue.shift()?.sequence);
						sendJson(response, 200, { numbers });
					},
				},
			],
		};
	},
};
