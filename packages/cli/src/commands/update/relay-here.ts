import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinOf } from '@oriel/agent';
import type { RelayConfig } from '@oriel/relay';
import { readOptions } from '../../options/read.ts';
import { addressOf } from '../../platform/addresses.ts';
import { RELAY_ENVIRONMENT_PATH, RELAY_UNIT_PATH, readEnvironment } from '../../service/relay-service.ts';
import { configOf, relayOptions } from '../relay-options.ts';

/** Where the unit keeps the data, unless its options say otherwise. */
const DATA = '/var/lib/oriel';

/** The relay that is a service of this machine. */
export interface RelayHere {
	/** Its options, as variables. */
	readonly env: ReadonlyMap<string, string>;
	readonly data: string;
	/** Where it answers on this machine. */
	readonly url: string;
	/** `sha256/BASE64` of its key; undefined: it has none yet, or no TLS. */
	pin(): string | undefined;
}

/** undefined: this machine has no such service, it runs another program than that in `prefix`, or is not ours to look at. */
export async function relayHere(prefix: string): Promise<RelayHere | undefined> {
	if (process.getuid?.() !== 0 || !existsSync(RELAY_UNIT_PATH)) return undefined;
	if (!readFileSync(RELAY_UNIT_PATH, 'utf8').includes(`${prefix}/current/`)) return undefined;
	const text = existsSync(RELAY_ENVIRONMENT_PATH) ? readFileSync(RELAY_ENVIRONMENT_PATH, 'utf8') : '';
	const env = readEnvironment(text);
	const given = { ORIEL_DATA: DATA, ...Object.fromEntries(env) };
	const { values } = await readOptions(relayOptions, [], given);
	const config = configOf(values, { env: given });
	const { host, port, tls, data } = config;
	const isAny = host === '0.0.0.0' || host === '::';
	return {
		env,
		data,
		url: addressOf(isAny ? '127.0.0.1' : host, port, tls ? 'https' : 'http'),
		pin: () => pinIn(config),
	};
}

/** Its key is the same in all certificates but those that were brought in files. */
function pinIn({ tls, data }: RelayConfig): string | undefined {
	if (tls?.mode === 'files') return pinOf(new X509Certificate(readFileSync(tls.cert)));
	const path = join(data, 'tls', 'key.pem');
	if (!existsSync(path)) return undefined;
	return pinOf({ publicKey: createPublicKey(createPrivateKey(readFileSync(path, 'utf8'))) });
}
