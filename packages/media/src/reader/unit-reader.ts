import type { AccessUnit } from '../h264/access-unit.ts';
import { H264Stream } from '../h264/stream.ts';
import type { ReadFrame } from './reader.ts';

/** Access units as frames for viewers: nothing before the first key frame, parameter sets where they belong. */
export class UnitReader {
	readonly #stream = new H264Stream();

	/** Units that nobody could decode. */
	get withheld(): number {
		return this.#stream.withheld;
	}

	get reorders(): boolean {
		return this.#stream.reorders;
	}

	read(units: readonly AccessUnit[]): ReadFrame[] {
		return units.flatMap((unit) => this.#readOne(unit));
	}

	#readOne(unit: AccessUnit): ReadFrame[] {
		const frame = this.#stream.push(unit);
		if (!frame) return [];
		const { width, height, codec } = frame.format;
		return [{ key: frame.key, bytes: frame.annexB, format: { codec: 'h264', codecString: codec, width, height } }];
	}
}
