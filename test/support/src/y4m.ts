import { readTimeCode } from '@oriel/testcard';

const LF = 10;
const HEAD_BYTES = 256;

/** Reads raw video (YUV4MPEG2, 4:2:0) as ffmpeg and VLC write it, and in it the number of each frame by its time code. */
export class Y4mReader {
	/** In the order in which they came; undefined for a frame without a readable time code. */
	readonly numbers: (number | undefined)[] = [];
	#size = { width: 0, height: 0 };
	#pixelAspect = '';
	#pending: Buffer = Buffer.alloc(0);
	#isBegun = false;

	get size(): { readonly width: number; readonly height: number } {
		return this.#size;
	}

	/** The shape of pixels, e.g. `2:1`; empty before the first frame. */
	get pixelAspect(): string {
		return this.#pixelAspect;
	}

	push(chunk: Uint8Array): void {
		this.#pending = Buffer.concat([this.#pending, chunk]);
		for (;;) {
			const end = this.#pending.indexOf(LF);
			if (end < 0 && this.#pending.length > HEAD_BYTES) throw new Error('This is no YUV4MPEG2');
			if (end < 0) return;
			const line = this.#pending.toString('latin1', 0, end);
			if (!this.#isBegun) this.#begin(line);
			else if (!this.#frame(line, end + 1)) return;
			if (!this.#pending.length) return;
		}
	}

	#begin(line: string): void {
		if (!line.startsWith('YUV4MPEG2 ')) throw new Error(`A head of YUV4MPEG2 was expected, not ${line.slice(0, 40)}`);
		const of = (letter: string) =>
			line
				.split(' ')
				.find((word) => word.startsWith(letter))
				?.slice(1) ?? '';
		const colors = line.split(' ').find((word) => /^C/.test(word)) ?? 'C420';
		if (!colors.startsWith('C420')) throw new Error(`4:2:0 was expected, not ${colors}`);
		this.#size = { width: Number(of('W')), height: Number(of('H')) };
		this.#pixelAspect = of('A');
		this.#isBegun = true;
		this.#pending = this.#pending.subarray(line.length + 1);
	}

	/** False if the frame is not there as a whole yet. */
	#frame(line: string, at: number): boolean {
		const { width, height } = this.#size;
		const luma = width * height;
		const end = at + luma + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
		if (!line.startsWith('FRAME')) throw new Error(`FRAME was expected, not ${line.slice(0, 40)}`);
		if (this.#pending.length < end) return false;
		const rgba = new Uint8Array(luma * 4);
		for (let pixel = 0; pixel < luma; pixel++) rgba.fill(this.#pending[at + pixel] ?? 0, pixel * 4, pixel * 4 + 3);
		this.numbers.push(readTimeCode({ width, height, rgba })?.sequence);
		this.#pending = this.#pending.subarray(end);
		return true;
	}
}
