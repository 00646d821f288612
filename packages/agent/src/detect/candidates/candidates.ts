import type { Secret } from '@oriel/base';
import type { Facts } from '../facts/facts.ts';
import { type Candidate, SCORES } from './candidate.ts';
import { circumstances } from './circumstances.ts';
import { csiCandidates } from './csi.ts';
import { desktopCandidates } from './desktop.ts';
import { legacyCandidates } from './legacy.ts';
import { usbCandidates } from './usb.ts';

/** Which camera is wanted: any, the one on a ribbon connector, or the one at a node of Video4Linux. */
export type Wanted =
	| { readonly source: 'auto' }
	| { readonly source: 'csi'; readonly index: number }
	/** E.g. `/dev/video2`, or a name under `/dev/v4l`. */
	| { readonly source: 'node'; readonly path: string }
	/** The address may hold a password; `place` is what of it may be shown, e.g. `rtsp://cam.lan/live`. */
	| { readonly source: 'rtsp'; readonly address: Secret; readonly place: string };

/** All ways to the wanted cameras, the best first. */
export function candidatesFor(wanted: Wanted, facts: Facts): Candidate[] {
	return waysTo(wanted, facts).sort((one, other) => other.score - one.score);
}

function waysTo(wanted: Wanted, facts: Facts): Candidate[] {
	switch (wanted.source) {
		case 'auto':
			return [
				...csiCandidates(facts),
				...legacyCandidates(facts),
				...usbCandidates(facts),
				...desktopCandidates(facts),
			];
		case 'csi':
			return [...csiCandidates(facts), ...legacyCandidates(facts)].filter(({ way }) => indexOf(way) === wanted.index);
		case 'node':
			return [...legacyCandidates(facts), ...usbCandidates(facts)].filter(({ way }) => {
				return 'node' in way && (way.node.path === wanted.path || way.node.stablePath === wanted.path);
			});
		case 'rtsp':
			return rtspCandidates(wanted, facts);
	}
}

function indexOf(way: Candidate['way']): number | undefined {
	if (way.by === 'rpicam') return way.camera?.index ?? 0;
	if (way.by === 'raspivid') return way.index;
	return way.by === 'v4l2-ctl' && way.isLegacyCsi ? 0 : undefined;
}

function rtspCandidates({ address, place }: Extract<Wanted, { source: 'rtsp' }>, facts: Facts): Candidate[] {
	const { ffmpeg } = facts;
	if (!ffmpeg) return [];
	const reason = 'its address was given';
	const way = { by: 'rtsp', ffmpeg, address, ...circumstances(facts.place) } as const;
	return [{ score: SCORES.explicit, reason, label: `camera at ${place}`, camera: place, codec: 'h264', way }];
}
