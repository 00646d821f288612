/** One box of an MP4 (ISO/IEC 14496-12 4.2). */
export interface Box {
	readonly type: string;
	readonly body: Buffer;
}

/** The whole boxes at the beginning of `bytes`. */
export function boxesOf(bytes: Buffer): Box[] {
	const boxes: Box[] = [];
	for (let at = 0; at + 8 <= bytes.length; ) {
		const end = at + bytes.readUInt32BE(at);
		if (end > bytes.length) break;
		boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, end) });
		at = end;
	}
	return boxes;
}

/** The first box at a path of types, e.g. `moof traf tfdt`. */
export function boxAt(bytes: Buffer, path: string): Buffer {
	const [type, ...rest] = path.split(' ');
	const found = boxesOf(bytes).find((box) => box.type === type);
	if (!found) throw new Error(`There is no ${type}`);
	return rest.length === 0 ? found.body : boxAt(found.body, rest.join(' '));
}

/** When a fragment, its moof first, is to be decoded. */
export function decodeTimeOf(fragment: Buffer): number {
	return Number(boxAt(fragment, 'moof traf tfdt').readBigUInt64BE(4));
}

/** How much later than it is decoded the sample of a fragment, its moof first, is shown. */
export function compositionOffsetOf(fragment: Buffer): number {
	return boxAt(fragment, 'moof traf trun').readInt32BE(24);
}

/** The fragments in a file, each from its moof on. */
export function fragmentsIn(file: Buffer): Buffer[] {
	return [...file.toString('latin1').matchAll(/moof/g)].map(({ index }) => file.subarray(index - 4));
}

/** Whether a fragment, its moof first, says that decoding can begin with it (sample_is_non_sync_sample is 0). */
export function isKeyFragment(fragment: Buffer): boolean {
	return (boxAt(fragment, 'moof traf trun').readUInt32BE(20) & 0x1_0000) === 0;
}
