import type { Drawable } from './surface.ts';

/** What the page sends to the worker that draws. Tiles are numbered; so are the turns of each, one for a picture. */
export type ToDrawWorker =
	| { readonly type: 'open'; readonly tile: number; readonly canvas: OffscreenCanvas }
	| { readonly type: 'draw'; readonly tile: number; readonly turn: number; readonly picture: Drawable }
	| { readonly type: 'cancel'; readonly tile: number }
	| { readonly type: 'close'; readonly tile: number };

export type FromDrawWorker =
	/** It can draw. */
	| { readonly type: 'ready' }
	/** See `OnDone`. */
	| { readonly type: 'done'; readonly tile: number; readonly turn: number; readonly isDrawn: boolean };
