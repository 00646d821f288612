import { sizeWords } from '../reader/size-words.ts';
import { faultWords, type JpegFault } from './fault.ts';
import type { JpegScanner } from './scan.ts';

/** So many bytes without a picture are worth a word, besides a picture that is still coming in. */
const ENOUGH_BYTES = 65_536;

/** Counts what came since the last picture, so that an owner who sees nothing can be told why. */
export class JpegProblem {
	#bytes = 0;
	/** The counts of the scanner as of the newest picture. */
	#before = new Map<JpegFault, number>();

	/** `bytes` came, and the scanner found `pictures` in them. */
	count(bytes: number, pictures: number, scanner: JpegScanner): void {
		this.#bytes += bytes;
		if (pictures === 0) return;
		this.#bytes = 0;
		this.#before = new Map(scanner.faults);
	}

	/** A sentence or two for the owner; undefined while pictures come, or may still come. */
	words(scanner: JpegScanner): string | undefined {
		const faults = [...scanner.faults]
			.map(([fault, count]) => [fault, count - (this.#before.get(fault) ?? 0)] as const)
			.filter(([, count]) => count > 0)
			.sort(([, a], [, b]) => b - a);
		const [worst] = faults;
		const useless = this.#bytes - scanner.pendingBytes;
		if (useless < ENOUGH_BYTES && (!worst || worst[1] < 2)) return undefined;
		const why = worst ? faultWords(...worst) : 'no JPEG begins in them (FF D8 FF)';
		return `${sizeWords(this.#bytes)} came and no JPEG in it: ${why}.`;
	}
}
