import type { Computer } from '../computer/computer.ts';
import { parseTemperature, parseThrottled, type Throttling } from '../outputs/vcgencmd.ts';

/** How the machine itself is. */
export interface Health {
	/** Degrees Celsius; undefined where nothing measures it. */
	readonly temperature: number | undefined;
	/** Undefined where it is no Pi. */
	readonly throttling: Throttling | undefined;
}

const THERMAL = '/sys/class/thermal/thermal_zone0/temp';

/** Asks for temperature and power. One or two small programs on a Pi, one file elsewhere: cheap enough for once a minute. */
export async function readHealth(computer: Computer): Promise<Health> {
	if (computer.platform !== 'linux') return { temperature: undefined, throttling: undefined };
	const { stdout } = await computer.ask('vcgencmd', ['get_throttled']);
	return { temperature: await readTemperature(computer), throttling: parseThrottled(stdout) };
}

async function readTemperature(computer: Computer): Promise<number | undefined> {
	const text = ((await computer.readText(THERMAL)) ?? '').trim();
	if (/^-?\d{1,6}$/.test(text)) return Number(text) / 1000;
	return parseTemperature((await computer.ask('vcgencmd', ['measure_temp'])).stdout);
}

/** What about its health the owner should know now, in one sentence; undefined: nothing. */
export function complaintOf({ throttling }: Health): string | undefined {
	if (!throttling) return undefined;
	const { underVoltage, capped, throttled, hot } = throttling.now;
	if (underVoltage) return 'the Pi gets too little power: pictures may stop; use the power supply made for it';
	if (!capped && !throttled && !hot) return undefined;
	return 'the Pi is too hot and slows down: give it air, or choose a smaller size or rate';
}
