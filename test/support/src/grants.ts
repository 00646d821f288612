import { silentLog, systemClock } from '@oriel/base';
import { addKey, addToken, changeData, type TokenRequest } from '@oriel/relay';
import { noteSecretsIn } from './secret-ledger.ts';

export type { TokenRequest };

const here = { clock: systemClock, log: silentLog };

/** A publish key for a camera, as `oriel key add` makes one: the relay of that data directory follows within a second. */
export async function addedKey(data: string, camera: string): Promise<string> {
	const key = await changeData(data, here, (files) => addKey(files, systemClock, camera));
	noteSecretsIn(key);
	return key;
}

/** A viewer token, as `oriel token add` makes one. */
export async function addedToken(data: string, request: Partial<TokenRequest> = {}): Promise<string> {
	const whole = { label: 'test', cameras: [], lifetimeMs: undefined, ...request };
	const { secret } = await changeData(data, here, (files) => addToken(files, systemClock, whole));
	noteSecretsIn(secret);
	return secret;
}
