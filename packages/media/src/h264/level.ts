/** What a level allows (ISO/IEC 14496-10, table A-1), by level_idc: macroblocks a second, a frame, and in the buffer. */
const LEVELS: ReadonlyArray<readonly [idc: number, perSecond: number, perFrame: number, inBuffer: number]> = [
	[10, 1485, 99, 396],
	[11, 3000, 396, 900],
	[12, 6000, 396, 2376],
	[13, 11_880, 396, 2376],
	[20, 11_880, 396, 2376],
	[21, 19_800, 792, 4752],
	[22, 20_250, 1620, 8100],
	[30, 40_500, 1620, 8100],
	[31, 108_000, 3600, 18_000],
	[32, 216_000, 5120, 20_480],
	[40, 245_760, 8192, 32_768],
	[41, 245_760, 8192, 32_768],
	[42, 522_240, 8704, 34_816],
	[50, 589_824, 22_080, 110_400],
	[51, 983_040, 36_864, 184_320],
	[52, 2_073_600, 36_864, 184_320],
	[60, 4_177_920, 139_264, 696_320],
	[61, 8_355_840, 139_264, 696_320],
	[62, 16_711_680, 139_264, 696_320],
];

/** MaxDpbFrames (A.3.1 h): how many frames of this size a decoder of this level keeps. 16, the most, if it is unknown. */
export function maxBufferedFrames(levelIdc: number, macroblocks: number): number {
	const inBuffer = LEVELS.find(([idc]) => idc === levelIdc)?.[3];
	return inBuffer === undefined ? 16 : Math.min(16, Math.floor(inBuffer / macroblocks));
}

/** The lowest level for frames of this many macroblocks at this rate; the highest there is if none is enough. */
export function levelFor(macroblocks: number, framesPerSecond: number): number {
	const fits = LEVELS.find(
		([, perSecond, perFrame]) => macroblocks <= perFrame && macroblocks * framesPerSecond <= perSecond,
	);
	return fits?.[0] ?? 62;
}
