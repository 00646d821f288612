import { isRecoveryPoint, NAL, nalType, nalUnitsOf } from '@oriel/media';

/** What stands before the first slice of a picture is within. */
const HEAD_BYTES = 256;

/** Whether an access unit says that the encoder renews pictures bit by bit from here on (recovery point, H.264 D.1.8). */
export function beginsRefresh(unit: Uint8Array): boolean {
	const [first, second] = nalUnitsOf(unit.subarray(0, HEAD_BYTES));
	const info = first && nalType(first) === NAL.delimiter ? second : first;
	return info !== undefined && isRecoveryPoint(info);
}
