import * as v from 'valibot';

/** The first file of every backup, which says what it is of. */
export const ABOUT = 'backup.json';
export const aboutShape = v.object({
	/** Of the data directory. */
	format: v.pipe(v.number(), v.integer(), v.minValue(1)),
	/** Who made it, e.g. `oriel/0.1.0`. */
	software: v.string(),
	madeAt: v.pipe(v.string(), v.isoTimestamp()),
	hasCertificates: v.boolean(),
});

/** What a backup is of. */
export type About = v.InferOutput<typeof aboutShape>;
