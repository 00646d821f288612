import type { Answer } from './answer.ts';
import { done, numberOf } from './read.ts';
import { ask, isRecord } from './request.ts';

/** What the relay measures of a camera; what the live connection tells as well is left out. */
export interface CameraFacts {
	readonly name: string;
	readonly width: number;
	readonly height: number;
	readonly codec: string;
	readonly bitsPerSecond: number;
	readonly viewers: number;
	/** What is wrong with what it sends, and what to change; told to owners only. */
	readonly problem: string | undefined;
}

/** Facts of all cameras that the person may see. */
export function readCameras(): Promise<Answer<CameraFacts[]>> {
	return ask({ method: 'GET', path: '/api/cameras', read });
}

/** Takes a camera away: all its keys end, and with them what it sends. */
export function removeCamera(name: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: `/api/cameras/${encodeURIComponent(name)}`, read: done });
}

function read(body: unknown): CameraFacts[] | undefined {
	if (!isRecord(body) || !Array.isArray(body.cameras)) return undefined;
	return body.cameras.filter(isRecord).map((camera) => ({
		name: String(camera.name),
		codec: String(camera.codec ?? ''),
		width: numberOf(camera.width),
		height: numberOf(camera.height),
		bitsPerSecond: numberOf(camera.bitsPerSecond),
		viewers: numberOf(camera.viewers),
		problem: typeof camera.problem === 'string' ? camera.problem : undefined,
	}));
}
