import type { Micros } from '@oriel/base';
import type { Family, Sample } from './family.ts';

/** Upper bounds in seconds: from one picture on a local network to a queue that is far too long. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 15, 60];

const HOPS = ['ingest', 'viewer'] as const;

/** Where the age of a frame is taken. */
export type Hop = (typeof HOPS)[number];

/** A histogram of the ages of frames. Nothing is allocated for a frame: this is done for every one. */
export class Ages implements Family {
	readonly type = 'histogram';
	readonly name = 'oriel_frame_age_seconds';
	readonly help = 'Age of pictures: ingest, when a picture has arrived at the relay; viewer, when one has been shown';
	/** Per bound the frames up to it, those up to the bound before not counted again; at the end those beyond all. */
	readonly #counts = { ingest: BOUNDS.concat(0).fill(0), viewer: BOUNDS.concat(0).fill(0) };
	readonly #sums = { ingest: 0, viewer: 0 };

	observe(hop: Hop, age: Micros): void {
		const seconds = age / 1_000_000;
		let place = 0;
		while (place < BOUNDS.length && seconds > (BOUNDS[place] as number)) place++;
		(this.#counts[hop][place] as number)++;
		this.#sums[hop] += seconds;
	}

	readonly samples = (): Sample[] => HOPS.flatMap((hop) => this.#samplesOf(hop));

	#samplesOf(hop: Hop): Sample[] {
		let upTo = 0;
		const buckets = this.#counts[hop].map((count, place): Sample => {
			upTo += count;
			return { suffix: '_bucket', labels: { le: String(BOUNDS[place] ?? '+Inf'), hop }, value: upTo };
		});
		const labels = { hop };
		return [...buckets, { suffix: '_sum', labels, value: this.#sums[hop] }, { suffix: '_count', labels, value: upTo }];
	}
}
