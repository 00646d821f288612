/** Milliseconds of the clock that all processes of this machine share and that is never set. */
export function now() {
	return Number(process.hrtime.bigint()) / 1e6;
}
