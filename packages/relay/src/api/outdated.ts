import type { Camera } from '@oriel/api';
import { installCommand } from './pairing-commands.ts';

/** As an agent of Oriel says it in its hello. What comes after the three numbers does not count. */
const AGENT = /^oriel-agent\/(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?![\d.])/;
const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?![\d.])/;

export interface OutdatedFacts {
	/** What the camera's program calls itself: hostile text. */
	readonly software: string | undefined;
	/** Of this relay. */
	readonly version: string;
	/** The relay's address as the owner's browser has it. */
	readonly origin: string;
	/** `sha256/BASE64` */
	readonly pin: string | undefined;
}

/** That a camera's agent is older than this relay, and the line that updates it; undefined: it is not, or is not Oriel's. */
export function outdatedOf({ software = '', version, origin, pin }: OutdatedFacts): Camera['outdated'] {
	const [theirs, ours] = [AGENT.exec(software), VERSION.exec(version)];
	if (!theirs || !ours || !isOlder(theirs.slice(1), ours.slice(1))) return undefined;
	return { version: theirs.slice(1).map(Number).join('.'), update: `${installCommand(origin, pin)} update` };
}

function isOlder(one: readonly string[], other: readonly string[]): boolean {
	const at = one.findIndex((digits, place) => Number(digits) !== Number(other[place]));
	return at >= 0 && Number(one[at]) < Number(other[at]);
}
