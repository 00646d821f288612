import type { OrielPlayer } from '../player/define.ts';
import { methodNamed, type PlaybackMethod } from '../player/picture/choose.ts';

declare module 'preact' {
	namespace JSX {
		interface IntrinsicElements {
			'oriel-player': ClassAttributes<OrielPlayer> & {
				readonly camera: string;
				readonly src: string;
				readonly method?: PlaybackMethod | undefined;
				/** Clockwise, in degrees: 90, 180 or 270. */
				readonly turn?: string | undefined;
				/** Present: left and right are swapped as they are seen. */
				readonly mirrored?: '' | undefined;
			};
		}
	}
}

/** The method that the address asks for with `?method=`, for all players of the page. */
export function forcedMethod(): PlaybackMethod | undefined {
	return methodNamed(new URLSearchParams(location.search).get('method'));
}
