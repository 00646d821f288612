import type { Picture } from '../../connection/picture.ts';

/** A picture of which only some things matter. As a real one, it can be settled once only. */
export function aPicture(difference: Partial<Picture> = {}): Picture {
	const { settle = () => {}, ...rest } = difference;
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
		settle(ageMs) {
			if (!done) settle(ageMs);
			done = true;
		},
	};
}
