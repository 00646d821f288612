/** A 20-bit number for the name of a camera: FNV-1a of its UTF-8 bytes, folded. */
export function cameraId(name: string): number {
	let hash = 0x811c9dc5;
	for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
	return ((hash >>> 20) ^ hash) & 0xfffff;
}
