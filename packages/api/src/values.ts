import * as v from 'valibot';

// Values that several answers have in common.

/** ISO 8601. */
export const time = v.pipe(v.string(), v.regex(/^\d{4}(-\d\d){2}[T ]\d\d(:\d\d){2}(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)$/));
export const timeOrNull = v.nullable(time);
export const textOrNull = v.nullable(v.string());
export const texts = v.array(v.string());
/** Names of cameras; null: all, also those to come. */
export const textsOrNull = v.nullable(texts);
