import type { ParameterSets } from './parameter-sets.ts';

/** What became of a unit: shown, or why not. */
export type Outcome =
	| 'shown'
	/** It is a key of which the parameter sets are not known. */
	| 'without sets'
	/** It is a key with a slice that makes no sense. */
	| 'damaged key'
	/** No key has come that it could build on. */
	| 'withheld';

/** Pictures that are lost in a row before that is worth a word: a join in the middle of a group costs some. */
const ENOUGH_UNITS = 25;

/** Counts why pictures of a stream cannot be shown, so that the owner can be told. */
export class StreamProblem {
	/** Since the newest frame: units, those of each outcome, and recovery points. */
	#units = 0;
	#withoutSets = 0;
	#damagedKeys = 0;
	#recoveryPoints = 0;
	/** Damaged sets so far, as of the newest shown key that came without any. */
	#settledDamage = 0;
	#damageBefore = 0;

	/** A unit came, with parameter sets before it that `sets` has counted. */
	count(outcome: Outcome, isKey: boolean, hasRecoveryPoint: boolean, { damagedSets }: ParameterSets): void {
		const isClean = damagedSets === this.#damageBefore;
		this.#damageBefore = damagedSets;
		if (outcome === 'shown') {
			if (isKey && isClean) this.#settledDamage = damagedSets;
			this.#units = this.#withoutSets = this.#damagedKeys = this.#recoveryPoints = 0;
			return;
		}
		this.#units++;
		if (outcome === 'without sets') this.#withoutSets++;
		if (outcome === 'damaged key') this.#damagedKeys++;
		if (hasRecoveryPoint) this.#recoveryPoints++;
	}

	/** A sentence or two for the owner; undefined: nothing is wrong. */
	words(sets: ParameterSets): string | undefined {
		const damaged = sets.damagedSets - this.#settledDamage;
		const damage = sets.damage ?? '';
		if (this.#withoutSets > 0 && damaged > 0) {
			return `${this.#lost()} and cannot be decoded: no good parameter sets have come. ${damage}`;
		}
		if (this.#damagedKeys > 0) return `${this.#lost()} and cannot be decoded: the key frame before them is damaged.`;
		if (this.#units >= ENOUGH_UNITS) return this.#withoutSets > 0 ? this.#wordsForNoSets() : this.#wordsForNoKey();
		if (damaged > 0) return `Damaged parameter sets come and are passed over (${damaged} so far): ${damage}`;
		return undefined;
	}

	#lost(): string {
		return this.#units === 1 ? '1 picture came' : `${this.#units} pictures came`;
	}

	#wordsForNoSets(): string {
		const cause = 'the stream has no parameter sets (SPS and PPS)';
		return `${this.#lost()} and cannot be decoded: ${cause}. Set the encoder to repeat them before each key frame.`;
	}

	#wordsForNoKey(): string {
		const seen = `${this.#lost()} without a key frame (IDR), with which decoding begins`;
		if (this.#recoveryPoints > 0) {
			const cause = 'the encoder refreshes pictures bit by bit (intra refresh) or has open groups';
			return `${seen}: ${cause}. Switch that off, and set a key frame every 2 s.`;
		}
		return `${seen}. Set the camera to send one every 2 s (x264: -g).`;
	}
}
