import type { Frame } from '../hub/frame.ts';

/** Makes `prepare` run once a frame, however many viewers ask: its result is shared and lives as long as the frame. */
export function preparedOnce<T extends object>(prepare: (frame: Frame) => T): (frame: Frame) => T {
	const prepared = new WeakMap<Frame, T>();
	// Viewers are offered a frame one after the other: all but the first of them find it here.
	let newest: Frame | undefined;
	let newestResult: T | undefined;
	return (frame) => {
		if (frame === newest && newestResult) return newestResult;
		const result = prepared.get(frame) ?? prepare(frame);
		prepared.set(frame, result);
		newest = frame;
		newestResult = result;
		return result;
	};
}
