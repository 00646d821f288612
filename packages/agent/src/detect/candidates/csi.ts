import type { Facts } from '../facts/facts.ts';
import type { ListedCamera } from '../outputs/list-cameras.ts';
import { type Candidate, SCORES } from './candidate.ts';
import { circumstances } from './circumstances.ts';

/** Ways to the cameras on ribbon connectors, through libcamera's programs. */
export function csiCandidates(facts: Facts): Candidate[] {
	const { csi } = facts;
	if (!csi) return [];
	if (!csi.isListed) return waysTo(undefined, facts);
	return csi.cameras.flatMap((camera) => waysTo(camera, facts));
}

function waysTo(camera: ListedCamera | undefined, facts: Facts): Candidate[] {
	const { cameraTool: tool } = facts;
	if (!tool) return [];
	const label = camera?.sensor ?? 'camera module';
	const common = { label, camera: camera?.id ?? 'csi:0' };
	const way = { by: 'rpicam', tool, camera, ...circumstances(facts.place) } as const;
	// The second camera after the first, in both forms.
	const later = (camera?.index ?? 0) * 0.1;
	const jpeg: Candidate = {
		...common,
		score: SCORES.csiJpeg - later,
		reason: `${label} on the ribbon connector; JPEG works with every version`,
		codec: 'jpeg',
		way: { ...way, encoder: 'jpeg' },
	};
	const encoder = h264Encoder(facts);
	if (!encoder) {
		const reason = `${label} on the ribbon connector; JPEG, for there is no way to make H.264 here`;
		return [{ ...jpeg, reason }];
	}
	const how =
		encoder === 'hardware' ? 'in the Pi’s hardware' : 'on the processor, for this board has no hardware for it';
	const reason = `${label} on the ribbon connector; H.264 ${how}`;
	return [{ ...common, score: SCORES.csiH264 - later, reason, codec: 'h264', way: { ...way, encoder } }, jpeg];
}

function h264Encoder({ place: { board }, nodes, cameraTool }: Facts): 'hardware' | 'libav' | undefined {
	const hasHardware = nodes.hasPiEncoder || (board.chip !== undefined && board.chip !== 'bcm2712');
	if (hasHardware) return 'hardware';
	return cameraTool?.libav ? 'libav' : undefined;
}
