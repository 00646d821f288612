import type { Plugin } from '../../plugin/plugin.ts';
import { listenForSeed } from './lp-jpeg.ts';

/** Length-prefixed JPEGs over TCP, as the how-to's sender writes them: one camera, on a port of its own. Off by default. */
export const lpJpeg: Plugin = {
	name: 'lp-jpeg',
	docs: 'docs/protocol.md#length-prefixed-jpeg-lp-jpeg',
	async open({ config, hub, memory: { incoming }, metrics, clock, log }) {
		const { seed, host, maxPictureBytes } = config;
		if (!seed) return {};
		const arrived = (age: number) => metrics.observeAge('ingest', age);
		const camera = () => hub.camera(seed.camera);
		const options = { ...seed, host, camera, maxPictureBytes, incoming, clock, log, arrived };
		return { listener: await listenForSeed(options) };
	},
};
