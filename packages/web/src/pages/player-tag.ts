import type { OrielPlayer } from '../player/define.ts';

declare module 'preact' {
	namespace JSX {
		interface IntrinsicElements {
			'oriel-player': ClassAttributes<OrielPlayer> & { readonly camera: string; readonly src: string };
		}
	}
}
