import { systemClock } from '@oriel/base';
import { addKey, addToken, openAccessFiles, type TokenWish } from '@oriel/relay';
import { noteSecretsIn } from './secret-ledger.ts';

export type { TokenWish };

/** A publish key for a camera, as `oriel key add` makes one: the relay of that data directory follows within a second. */
export function addedKey(data: string, camera: string): string {
	return noted(addKey(openAccessFiles(data), systemClock, camera));
}

/** A viewer token, as `oriel token add` makes one. */
export function addedToken(data: string, wish: Partial<TokenWish> = {}): string {
	const whole = { label: 'test', cameras: [], lifetimeMs: undefined, ...wish };
	return noted(addToken(openAccessFiles(data), systemClock, whole).secret);
}

function noted(secret: string): string {
	noteSecretsIn(secret);
	return secret;
}
