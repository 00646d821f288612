import { heldBytes, ownedBytes } from '@oriel/base';
import type { Picture } from './picture.ts';

/** Pictures of a group that is kept: as many as the relay keeps. Cameras with longer groups are joined at their next key frame. */
export const MAX_GROUP_PICTURES = 1500;
/** Bytes of a group that is kept: 20 s at 6 Mbit/s. Sixteen such cameras on a wall are 256 MB, which a page may have. */
export const MAX_GROUP_BYTES: number = 16 * 1024 * 1024;

interface Kept {
	readonly pictures: Picture[];
	bytes: number;
}

/**
 * What a new player, or a new decoder after an error, can begin with at once: of a JPEG camera the newest picture, of an
 * H.264 camera the present group from its key frame on. A group with a hole is of no use and is dropped.
 */
export class KeptPictures {
	readonly #byCamera = new Map<string, Kept>();

	/** In the order in which to decode them; empty if there is nothing to begin with. */
	of(camera: string): readonly Picture[] {
		return this.#byCamera.get(camera)?.pictures ?? [];
	}

	keep(given: Picture): void {
		// What is kept must not keep the message around it, which may hold much else.
		const payload = ownedBytes(given.payload);
		const picture = payload === given.payload ? given : { ...given, payload };
		const { camera } = picture;
		const group = this.#byCamera.get(camera);
		if (picture.key) this.#byCamera.set(camera, { pictures: [picture], bytes: heldBytes(payload) });
		else if (group && follows(group, picture)) {
			group.pictures.push(picture);
			group.bytes += heldBytes(payload);
		} else this.#byCamera.delete(camera);
	}

	/** Nobody watches the camera any more. Its last JPEG may stand for it; a group would only be the past. */
	release(camera: string): void {
		if (this.of(camera)[0]?.format.codec === 'h264') this.#byCamera.delete(camera);
	}

	/** The camera is gone. */
	forget(camera: string): void {
		this.#byCamera.delete(camera);
	}
}

function follows({ pictures, bytes }: Kept, next: Picture): boolean {
	const last = pictures.at(-1);
	const fits = pictures.length < MAX_GROUP_PICTURES && bytes + heldBytes(next.payload) <= MAX_GROUP_BYTES;
	return fits && last?.format.stream === next.format.stream && (last.sequence + 1) >>> 0 === next.sequence;
}
