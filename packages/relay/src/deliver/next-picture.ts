import type { Clock, Millis } from '@oriel/base';
import type { Camera } from '../hub/camera.ts';

/** A camera that is woken has a picture within a second; whoever asks for one need not wait much longer for an old one. */
export const WAKE_TIMEOUT_MS: Millis = 1500;

/** Watches a camera until its next picture has come, so that a paused one is woken; not for longer than WAKE_TIMEOUT_MS. */
export function nextPicture(camera: Camera, clock: Clock): Promise<void> {
	const before = camera.newest;
	return new Promise((resolve) => {
		const done = () => {
			giveUp();
			detach();
			resolve();
		};
		const giveUp = clock.after(WAKE_TIMEOUT_MS, done);
		const offer = () => {
			if (camera.newest !== before) done();
		};
		const detach = camera.attach({ transport: 'snapshot', offer, cameraRemoved: done });
	});
}
