import { type Cancel, systemClock } from '@oriel/base';
import type { PlaybackMethod } from '../picture/choose.ts';
import type { H264Setup } from '../picture/h264-setup.ts';
import { JpegRenderer } from '../picture/jpeg-renderer.ts';
import { MseRenderer } from '../picture/mse/mse-renderer.ts';
import type { Renderer, RendererEvents } from '../picture/renderer.ts';
import { type Decoder, WebCodecsRenderer } from '../picture/webcodecs-renderer.ts';
import { openMedia } from './open-media.ts';
import type { PictureBox } from './picture-box.ts';

const clock = systemClock;

/** A renderer of the browser's own parts that shows its pictures in the box. */
export function createRenderer(method: PlaybackMethod, box: PictureBox, events: RendererEvents): Renderer {
	switch (method) {
		case 'webcodecs':
			return new WebCodecsRenderer<VideoFrame>({
				...{ ...events, clock, atRefresh, createDecoder },
				surface: box.surface,
			});
		case 'mse':
			return new MseRenderer({
				...{ ...events, clock },
				open: (mediaEvents) => openMedia(box, mediaEvents),
				onShown(picture) {
					box.uncover();
					events.onShown(picture);
				},
			});
		case 'jpeg':
			return new JpegRenderer({ ...events, surface: box.surface });
	}
}

function atRefresh(action: () => void): Cancel {
	const request = requestAnimationFrame(action);
	return () => cancelAnimationFrame(request);
}

function createDecoder(output: (frame: VideoFrame) => void, error: (error: Error) => void): Decoder {
	const decoder = new VideoDecoder({ output, error });
	return {
		get decodeQueueSize() {
			return decoder.decodeQueueSize;
		},
		// Without a description the decoder takes Annex B, with the parameter sets in the key frames.
		configure: (setup) => decoder.configure(configOf(setup)),
		decode: ({ key, data }, timestamp) =>
			decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data })),
		close() {
			if (decoder.state !== 'closed') decoder.close();
		},
	};
}

/** The shape is given because not every decoder reads it in the stream; a frame's display size follows from it. */
function configOf({ codec, width, height, pixelAspect: [across, down] = [1, 1] }: H264Setup): VideoDecoderConfig {
	return {
		...{ codec, optimizeForLatency: true },
		...{ displayAspectWidth: width * across, displayAspectHeight: height * down },
	};
}
