import { type Camera, cameras } from '@oriel/api';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';

/** All cameras that the person may see. */
export async function readCameras(): Promise<Answer<readonly Camera[]>> {
	return mapAnswer(await call(cameras.list, {}), (answer) => answer.cameras);
}

/** Takes a camera away: all its keys end, and with them what it sends. */
export function removeCamera(name: string): Promise<Answer<undefined>> {
	return call(cameras.remove, { params: { camera: name } });
}
