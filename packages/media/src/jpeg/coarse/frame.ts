/** One component (Y, Cb or Cr) at an eighth of its size: one sample a block. */
export interface Component {
	readonly id: number;
	/** Blocks of this component in one MCU, across and down (H and V of the frame header). */
	readonly across: number;
	readonly down: number;
	/** Which quantization table it uses. */
	readonly quantization: number;
	/** Blocks that show something. */
	readonly width: number;
	readonly height: number;
	/** Blocks a row of `samples`: up to the end of the last MCU. */
	readonly stride: number;
	/** Mean of each block, 0..255. */
	readonly samples: Uint8ClampedArray;
	/** Whether a scan has brought its DC coefficients. */
	isRead: boolean;
}

/** What the frame header says (ISO/IEC 10918-1 B.2.2). */
export interface Frame {
	readonly isProgressive: boolean;
	readonly width: number;
	readonly height: number;
	/** MCUs across and down. */
	readonly mcuColumns: number;
	readonly mcuRows: number;
	/** Most blocks of a component in an MCU. */
	readonly across: number;
	readonly down: number;
	/** One (grey) or three (Y, Cb, Cr). */
	readonly components: readonly Component[];
}

/** Body of an SOF0 to SOF2. Undefined: not 8 bits, not grey or Y Cb Cr, more pixels than `maxPixels`, or broken. */
export function readFrame(body: Uint8Array, isProgressive: boolean, maxPixels: number): Frame | undefined {
	const [precision, ...size] = body.subarray(0, 6);
	const [height = 0, width = 0] = [256 * (size[0] ?? 0) + (size[1] ?? 0), 256 * (size[2] ?? 0) + (size[3] ?? 0)];
	const count = size[4] ?? 0;
	const isKnown = precision === 8 && (count === 1 || count === 3) && body.length === 6 + 3 * count;
	if (!isKnown || width * height === 0 || width * height > maxPixels) return undefined;
	const heads = Array.from({ length: count }, (_, index) => body.subarray(6 + 3 * index, 9 + 3 * index));
	const sampling = heads.map(([, factors = 0]) => ({ across: factors >> 4, down: factors & 15 }));
	if (sampling.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) return undefined;
	const across = Math.max(...sampling.map((factors) => factors.across));
	const down = Math.max(...sampling.map((factors) => factors.down));
	const mcuColumns = Math.ceil(width / (8 * across));
	const mcuRows = Math.ceil(height / (8 * down));
	const components = heads.map(([id = 0, , quantization = 0], index) => {
		const { across: h, down: v } = sampling[index] ?? { across: 1, down: 1 };
		return {
			id,
			across: h,
			down: v,
			quantization,
			width: Math.ceil(Math.ceil((width * h) / across) / 8),
			height: Math.ceil(Math.ceil((height * v) / down) / 8),
			stride: mcuColumns * h,
			samples: new Uint8ClampedArray(mcuColumns * h * mcuRows * v).fill(128),
			isRead: false,
		};
	});
	return { isProgressive, width, height, mcuColumns, mcuRows, across, down, components };
}
