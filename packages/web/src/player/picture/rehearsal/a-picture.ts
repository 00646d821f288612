import type { Picture } from '../../connection/picture.ts';

/** A picture of which only some things matter. As a real one, it can be acknowledged once only. */
export function aPicture(difference: Partial<Picture> = {}): Picture {
	const { acknowledge = () => {}, ...rest } = difference;
	let done = false;
	return {
		...{ camera: 'porch', sequence: 0, key: true, format: { codec: 'jpeg', stream: 1 } },
		...{
			capturedAt: 0,
			presentationOffset: undefined,
			arrivedAt: 0,
			payload: Uint8Array.of(1),
			ageMs: () => 0,
			...rest,
		},
		acknowledge(ageMs) {
			if (!done) acknowledge(ageMs);
			done = true;
		},
	};
}
