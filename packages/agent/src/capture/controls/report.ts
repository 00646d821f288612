import { type CameraControl, MAX_CONTROLS, MAX_TEXT_LENGTH } from '@oriel/protocol';

/** A list of controls may fill half of a control message. */
export const MAX_LIST_BYTES = 64 * 1024;

/** As much of a list as may travel: its end is left out. */
export function bounded(controls: readonly CameraControl[]): CameraControl[] {
	let bytes = 0;
	return controls.slice(0, MAX_CONTROLS).filter((control) => {
		bytes += Buffer.byteLength(JSON.stringify(control)) + 1;
		return bytes <= MAX_LIST_BYTES;
	});
}

/** Words for people, as long as they may be. */
export function brief(words: string): string {
	return words.replace(/\p{C}+/gu, ' ').slice(0, MAX_TEXT_LENGTH);
}
