/** A point in time or a span, in microseconds. */
export type Micros = number & { readonly unit?: 'µs' };

/** A point in time or a span, in milliseconds. */
export type Millis = number & { readonly unit?: 'ms' };

/** Microseconds of a span given in milliseconds. */
export function micros(span: Millis): Micros {
	return Math.round(span * 1000);
}

/** Milliseconds (with fraction) of a span given in microseconds. */
export function millis(span: Micros): Millis {
	return span / 1000;
}
