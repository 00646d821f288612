import { type CameraControls, controls } from '@oriel/api';
import type { Answer } from './answer.ts';
import { call } from './call.ts';

/** What the owner may change at a camera. */
export function readControls(camera: string): Promise<Answer<CameraControls>> {
	return call(controls.read, { params: { camera } });
}

/** Changes one control. Answers when the camera has taken it. */
export function changeControl(camera: string, name: string, value: number): Promise<Answer<CameraControls>> {
	return call(controls.change, { params: { camera }, body: { values: [{ name, value }] } });
}

/** Goes back to what was set on the camera's machine. */
export function resetControls(camera: string): Promise<Answer<CameraControls>> {
	return call(controls.change, { params: { camera }, body: { reset: true } });
}
