import type { Frame } from '../hub/frame.ts';

/** Makes `prepare` run once a frame, however many viewers ask: its result is shared and lives as long as the frame. */
export function preparedOnce<T extends object>(prepare: (frame: Frame) => T): (frame: Frame) => T {
	const prepared = new WeakMap<Frame, T>();
	return (frame) => {
		let result = prepared.get(frame);
		if (!result) {
			result = prepare(frame);
			prepared.set(frame, result);
		}
		return result;
	};
}
