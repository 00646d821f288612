/** Conditions that a Pi's firmware watches. */
export interface Conditions {
	readonly underVoltage: boolean;
	/** The clock is held down. */
	readonly capped: boolean;
	readonly throttled: boolean;
	/** The soft limit of the temperature is reached. */
	readonly hot: boolean;
}

export interface Throttling {
	readonly now: Conditions;
	/** At any time since the machine started. */
	readonly ever: Conditions;
}

/** Reads `vcgencmd get_throttled`, e.g. `throttled=0x50005`; undefined if it is none. */
export function parseThrottled(output: string): Throttling | undefined {
	const [, hex] = /throttled=0x([0-9a-f]{1,8})\b/i.exec(output) ?? [];
	if (hex === undefined) return undefined;
	const bits = Number.parseInt(hex, 16);
	return { now: conditionsOf(bits), ever: conditionsOf(bits >>> 16) };
}

function conditionsOf(bits: number): Conditions {
	const has = (bit: number) => (bits & (1 << bit)) !== 0;
	return { underVoltage: has(0), capped: has(1), throttled: has(2), hot: has(3) };
}

/** Reads `vcgencmd measure_temp`, e.g. `temp=39.2'C`, in degrees Celsius; undefined if it is none. */
export function parseTemperature(output: string): number | undefined {
	const [, degrees] = /temp=(-?\d{1,3}(?:\.\d)?)'C/.exec(output) ?? [];
	return degrees === undefined ? undefined : Number(degrees);
}
