import type { TrackName } from '@oriel/stream';

/** Names a track on this page, whatever number it has on a connection. */
export type TrackKey = `${string}/${TrackName}`;

export function trackKey(camera: string, track: TrackName): TrackKey {
	return `${camera}/${track}`;
}

/** Camera names have no slash. */
export function trackOf(key: TrackKey): { readonly camera: string; readonly track: TrackName } {
	const at = key.indexOf('/');
	return { camera: key.slice(0, at), track: key.slice(at + 1) as TrackName };
}
