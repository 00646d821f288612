import { MediaError } from '../errors/media-error.ts';
import { type AccessUnit, accessUnitOf } from '../h264/access-unit.ts';
import { type Avcc, nalUnitsIn, parseAvcc } from '../h264/avcc.ts';
import { NAL, nalType } from '../h264/nal.ts';
import { parsePps } from '../h264/pps.ts';
import { parseSps } from '../h264/sps.ts';
import { readTagHead } from './tag-head.ts';
import type { FlvVideo } from './video.ts';

/** Parameter sets have some hundreds of bytes; they are kept for as long as the stream lasts. */
const MAX_AVCC_BYTES = 65_536;

/**
 * Reads the bodies of video tags, one after the other. What is damaged inside of a tag costs that picture, and those up to
 * the next key, but not the stream: a damaged avcC is passed over while there is an earlier one, as in any H.264 here.
 */
export class VideoTags {
	#avcc: Avcc | undefined;
	#avccBytes = 0;
	#isIntact = true;
	#lostPictures = 0;
	#damage: string | undefined;

	/** Memory of the parameter sets. */
	get heldBytes(): number {
		return this.#avccBytes;
	}

	/** Pictures that could not be taken out of their tags. */
	get lostPictures(): number {
		return this.#lostPictures;
	}

	/** What was wrong with the newest tag that was; undefined once a picture that stands alone has come behind it. */
	get damage(): string | undefined {
		return this.#damage;
	}

	/** The picture in a tag; undefined for one that has none. Throws MediaError 'unsupported-codec' or 'picture-too-large'. */
	read(body: Uint8Array, timestampMs: number): FlvVideo | undefined {
		const head = readTagHead(body);
		if (head?.kind === 'picture') {
			const unit = this.#passing(() => this.#unitOf(head.bytes));
			return unit && { unit, timestampMs, compositionMs: head.compositionMs };
		}
		if (head) this.#passing(() => this.#configure(head.bytes));
		return undefined;
	}

	/** The sets share memory with what was parsed: that must not be the tag. */
	#configure(record: Uint8Array): undefined {
		if (record.length > MAX_AVCC_BYTES) {
			throw new MediaError('bad-avcc', `The avcC of the stream has ${record.length} bytes, over ${MAX_AVCC_BYTES}.`);
		}
		const own = record.slice();
		this.#avcc = parseAvcc(own);
		this.#avccBytes = own.length;
	}

	#passing<Result>(action: () => Result | undefined): Result | undefined {
		try {
			return action();
		} catch (thrown) {
			if (!(thrown instanceof MediaError) || thrown.code === 'picture-too-large') throw thrown;
			this.#damage = thrown.message;
			return undefined;
		}
	}

	/** A sender that put the parameter sets into the avcC need not put them before its keys. */
	#unitOf(sample: Uint8Array): AccessUnit | undefined {
		const nals = this.#nalsOf(sample);
		const isKey = nals.some((nal) => nalType(nal) === NAL.idr);
		const isBareKey =
			isKey && !(nals.some((nal) => isSound(nal, NAL.sps)) && nals.some((nal) => isSound(nal, NAL.pps)));
		const { sps = [], pps = [] } = this.#avcc ?? {};
		const unit = accessUnitOf(isBareKey ? [...sps, ...pps, ...nals] : nals, this.#isIntact);
		if (unit?.key) {
			this.#isIntact = true;
			this.#damage = undefined;
		}
		return unit;
	}

	#nalsOf(sample: Uint8Array): Uint8Array[] {
		try {
			if (this.#avcc) return nalUnitsIn(sample, this.#avcc.lengthBytes);
			const words = `The FLV stream has a picture before its avcC. ${this.#damage ?? ''}`;
			throw new MediaError('bad-avcc', words.trimEnd());
		} catch (thrown) {
			this.#lostPictures++;
			this.#isIntact = false;
			throw thrown;
		}
	}
}

function isSound(nal: Uint8Array, type: number): boolean {
	if (nalType(nal) !== type) return false;
	try {
		return (type === NAL.sps ? parseSps(nal) : parsePps(nal)).damage === undefined;
	} catch (thrown) {
		if (thrown instanceof MediaError) return false;
		throw thrown;
	}
}
