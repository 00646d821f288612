import { type Clock, silentLog } from '@oriel/base';
import { Camera } from '../../../../packages/relay/src/core/camera.ts';
import type { EndReason, Publication } from '../../../../packages/relay/src/core/publication.ts';

/** A camera alone, outside any hub. */
export function lonelyCamera(clock: Clock, changed: () => void = () => {}, number = 1, name = 'door'): Camera {
	return new Camera({ number, name, title: name, clock, log: silentLog, changed });
}

/** Publishes to `camera`; `told` collects why the stream was ended. */
export function publishTo(camera: Camera, told: EndReason[] = []): Publication {
	return camera.publish({ via: 'test', ended: (reason) => told.push(reason) });
}

/** Pushes a picture that was taken when it came. */
export function push(stream: Publication, data: Uint8Array, capturedAt = 0): void {
	stream.video.push({ key: true, capturedAt, data });
}

/** Pushes a picture that depends on the one before. */
export function pushDelta(stream: Publication, data = new Uint8Array(50)): void {
	stream.video.push({ key: false, capturedAt: 0, data });
}
