import type { ReceivedFrame } from '../../../../packages/web/src/player/connection/received-frame.ts';
import { aFrame as anEncodedFrame } from '../a-frame.ts';

/** A frame of which only some things matter. As a real one, it can be settled once only. */
export function aFrame(difference: Partial<ReceivedFrame> = {}): ReceivedFrame {
	const { settle = () => {}, ageMs = () => 0, ...frame } = difference;
	let done = false;
	return {
		...anEncodedFrame({ track: { number: 1, camera: 'porch', name: 'video' }, ...frame }),
		ageMs,
		settle(age) {
			if (!done) settle(age);
			done = true;
		},
	};
}
