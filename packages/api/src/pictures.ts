import * as v from 'valibot';
import type { Resource } from './operation.ts';

const path = '/cameras/:camera';

/** A camera's frames over plain HTTP. */
export const pictures = {
	mjpeg: { method: 'GET', path: `${path}/stream.mjpg`, status: 200, media: 'multipart/x-mixed-replace' },
	mp4: { method: 'GET', path: `${path}/stream.mp4`, status: 200, media: 'video/mp4' },
	snapshot: { method: 'GET', path: `${path}/snapshot.jpg`, status: 200, media: 'image/jpeg' },
	/** Of the seed's camera, or of the only one. */
	seed: { method: 'GET', path: '/stream.mjpg', status: 200, media: 'multipart/x-mixed-replace' },
} as const satisfies Resource;

/** What was taken of an upload that has ended. */
const uploaded = v.object({
	frames: v.number(),
	skippedBytes: v.number(),
	/** What is wrong with what was sent, and what to change. */
	problem: v.optional(v.string()),
});

/** A camera without an agent: the body has no end. */
export const ingest = {
	put: { method: 'PUT', path: `${path}/ingest`, status: 200, answer: uploaded },
	post: { method: 'POST', path: `${path}/ingest`, status: 200, answer: uploaded },
	/** For the camera's own machine: whether its pictures arrive. */
	state: { method: 'GET', path: `${path}/ingest`, status: 200, media: 'text/plain' },
} as const satisfies Resource;
