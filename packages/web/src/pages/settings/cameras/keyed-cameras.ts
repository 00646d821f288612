import type { PublishKey } from '@oriel/api';
import type { Camera } from '../../../player/connection/directory.ts';
import { labelOf } from '../list/camera-choice.ts';

/** A camera with its keys. */
export interface KeyedCamera {
	readonly name: string;
	readonly label: string;
	readonly keys: readonly PublishKey[];
	/** Undefined while the live connection has not told of it. */
	readonly camera: Camera | undefined;
}

/** All cameras, in the wall's order; those that only their keys speak of come last. */
export function keyedCameras(keys: readonly PublishKey[], cameras: readonly Camera[]): KeyedCamera[] {
	const names = [...new Set([...cameras.map(({ name }) => name), ...keys.map(({ camera }) => camera)])];
	return names.map((name) => {
		const camera = cameras.find((candidate) => candidate.name === name);
		return { name, label: camera ? labelOf(camera) : name, camera, keys: keys.filter((key) => key.camera === name) };
	});
}
