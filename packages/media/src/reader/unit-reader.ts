import type { AccessUnit } from '../h264/access-unit.ts';
import { type H264Format, H264Stream } from '../h264/stream.ts';
import type { Format, ParsedUnit } from './reader.ts';

/** Access units as frames for viewers: nothing before the first key frame, parameter sets where they belong. */
export class UnitReader {
	readonly #stream = new H264Stream();
	#read: { readonly of: H264Format; readonly format: Format } | undefined;

	/** Units that no decoder could take. */
	get withheld(): number {
		return this.#stream.withheld;
	}

	/** Memory of the parameter sets. */
	get heldBytes(): number {
		return this.#stream.heldBytes;
	}

	get reorders(): boolean {
		return this.#stream.reorders;
	}

	/** See `Reader.problem`. */
	get problem(): string | undefined {
		return this.#stream.problem;
	}

	read(units: readonly AccessUnit[]): ParsedUnit[] {
		return units.flatMap((unit) => this.#readOne(unit));
	}

	#readOne(unit: AccessUnit): ParsedUnit[] {
		const frame = this.#stream.push(unit);
		if (!frame) return [];
		if (frame.format !== this.#read?.of) this.#read = { of: frame.format, format: formatOf(frame.format) };
		const { key, annexB: data, order } = frame;
		const { format } = this.#read;
		return [order ? { key, data, format, order } : { key, data, format }];
	}
}

function formatOf({ codec: codecString, width, height, sps }: H264Format): Format {
	const { pixelAspect, maxNumReorderFrames } = sps;
	return {
		...{ codec: 'h264', codecString, width, height },
		...(pixelAspect && { pixelAspect }),
		...(maxNumReorderFrames > 0 && { reorderFrames: maxNumReorderFrames }),
	};
}
