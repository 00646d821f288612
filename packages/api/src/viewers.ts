import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { time } from './values.ts';

const viewer = v.object({
	transport: v.string(),
	since: time,
	/** Sent. */
	frames: v.number(),
	/** Passed over because the viewer was behind. */
	dropped: v.number(),
	/** Of what the viewer showed last, as it said itself at `shownAt`. */
	ageMs: v.optional(v.number()),
	shownAt: v.optional(time),
});

/** Who watches a camera now. */
export const viewers = {
	/** `total` counts those beyond the list, too. */
	list: {
		method: 'GET',
		path: '/api/cameras/:camera/viewers',
		status: 200,
		answer: v.object({ total: v.number(), viewers: v.array(viewer) }),
	},
} as const satisfies Resource;

export type CameraViewer = ValueOf<typeof viewer>;
