/**
 * What a frame header says (ISO/IEC 10918-1 B.2.2): one byte of precision, two of height, two of width. They may come one by
 * one. A height of 0 is told later, by a DNL (B.2.5).
 */
export class FrameHeader {
	width = 0;
	height = 0;
	/** Bits a sample. */
	precision = 0;
	/** All of it has been read. */
	isKnown = false;
	/** Where the two bytes of the height stand, as the caller counts; 0 until a DNL had to tell it. */
	missingHeightAt = 0;
	#heightAt = 0;

	/** A frame header begins. */
	begin(): void {
		this.width = this.height = this.precision = 0;
	}

	/** `part` of its body, from the byte `at` on, which stands at `offset`. */
	read(part: Uint8Array, at: number, offset: number): void {
		if (at === 0) this.#heightAt = offset + 1;
		for (let index = at; index <= 4 && index - at < part.length; index++) {
			const byte = part[index - at] ?? 0;
			if (index === 0) this.precision = byte;
			else if (index <= 2) this.height = (this.height << 8) | byte;
			else this.width = (this.width << 8) | byte;
		}
		this.isKnown ||= at + part.length >= 5;
	}

	/** `part` of the body of a DNL, from the byte `at` on. */
	readLines(part: Uint8Array, at: number): void {
		if (this.missingHeightAt === 0 && (this.height > 0 || !this.isKnown)) return;
		this.missingHeightAt = this.#heightAt;
		for (let index = at; index < 2 && index - at < part.length; index++) {
			this.height = ((this.height << 8) | (part[index - at] ?? 0)) & 0xffff;
		}
	}
}
