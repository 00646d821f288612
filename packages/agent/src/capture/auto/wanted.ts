import type { Wanted } from '../../detect/candidates/candidates.ts';
import type { Scope } from '../../detect/facts/facts.ts';

/** For people and logs, before anything was looked at. Holds no password. */
export function describeWanted(wanted: Wanted): string {
	switch (wanted.source) {
		case 'auto':
			return 'the camera of this machine';
		case 'csi':
			return `the camera on ribbon connector ${wanted.index}`;
		case 'node':
			return `the camera at ${wanted.path}`;
		case 'rtsp':
			return `camera at ${wanted.place}`;
	}
}

/** As little as possible is looked at: a camera that was named is not searched for. */
export function scopeOf(wanted: Wanted): Scope {
	if (wanted.source === 'auto') return { look: 'everywhere' };
	if (wanted.source === 'csi') return { look: 'csi' };
	return wanted.source === 'node' ? { look: 'node', path: wanted.path } : { look: 'ffmpeg' };
}
