import type { Facts } from '../facts/facts.ts';
import type { VideoNode } from '../facts/video-nodes.ts';
import { type Candidate, SCORES } from './candidate.ts';
import { circumstances } from './circumstances.ts';

/** What the camera on the ribbon connector is called by the old system. */
const LEGACY_NODE = /^mmal service/;

/** Whether a node is the Pi's own camera, as the old system shows it. */
export function isLegacyCsi(node: VideoNode): boolean {
	return LEGACY_NODE.test(node.name);
}

/** Ways to a camera on the ribbon connector through the system of before 2021. */
export function legacyCandidates(facts: Facts): Candidate[] {
	return [
		...throughRaspivid(facts),
		...facts.nodes.cameras.filter(isLegacyCsi).flatMap((node) => throughNode(node, facts)),
	];
}

const COMMON = { label: 'camera module', camera: 'csi:0' } as const;

function throughRaspivid({ legacy, place }: Facts): Candidate[] {
	if (!legacy?.hasRaspivid || legacy.firmware?.isDetected !== true) return [];
	const reason = 'the camera on the ribbon connector, with the old ("legacy") camera system';
	const way = { by: 'raspivid', index: 0, ...circumstances(place) } as const;
	return [
		{
			...COMMON,
			score: SCORES.raspividH264,
			reason: `${reason}; H.264`,
			codec: 'h264',
			way: { ...way, codec: 'h264' },
		},
		{ ...COMMON, score: SCORES.raspividJpeg, reason: `${reason}; JPEG`, codec: 'jpeg', way: { ...way, codec: 'jpeg' } },
	];
}

/** Where there is no raspivid, or besides it. */
function throughNode(node: VideoNode, { nodes, place }: Facts): Candidate[] {
	if (!nodes.hasV4l2Ctl || node.access === 'no') return [];
	const reason = `the camera on the ribbon connector as ${node.path}, with the old ("legacy") camera system`;
	const way = { by: 'v4l2-ctl', node, isLegacyCsi: true, ...circumstances(place) } as const;
	return [
		{
			...COMMON,
			score: SCORES.legacyH264,
			reason: `${reason}; H.264`,
			codec: 'h264',
			way: { ...way, pixelFormat: 'H264' },
		},
		{
			...COMMON,
			score: SCORES.legacyJpeg,
			reason: `${reason}; JPEG`,
			codec: 'jpeg',
			way: { ...way, pixelFormat: 'MJPG' },
		},
	];
}
