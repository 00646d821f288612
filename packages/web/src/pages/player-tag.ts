import type { OrielPlayer } from '../player/define.ts';
import { type Rung, rungNamed } from '../player/picture/choose.ts';

declare module 'preact' {
	namespace JSX {
		interface IntrinsicElements {
			'oriel-player': ClassAttributes<OrielPlayer> & {
				readonly camera: string;
				readonly src: string;
				readonly rung?: Rung | undefined;
				/** Clockwise, in degrees: 90, 180 or 270. */
				readonly turn?: string | undefined;
				/** Present: left and right are swapped as they are seen. */
				readonly mirrored?: '' | undefined;
			};
		}
	}
}

/** The rung that the address asks for with `?rung=`, for all players of the page. */
export function forcedRung(): Rung | undefined {
	return rungNamed(new URLSearchParams(location.search).get('rung'));
}
