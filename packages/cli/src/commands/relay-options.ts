import { CAMERA_NAME } from '@oriel/base';
import { isAddressRange, type RelayConfig, relayConfigShape } from '@oriel/relay';
import * as v from 'valibot';
import { integer, listOf, text, textLike, type Values } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { defaultDataDirectory } from '../platform/data-directory.ts';
import type { Context } from './command.ts';
import { PLAIN_PORT, TLS_PORT, tlsOf, tlsOptions } from './relay-tls.ts';
import { dataOption, logOption } from './shared-options.ts';

const port = integer('N', 0, 65_535);
const addressRange = textLike('CIDR', isAddressRange, 'expected an address or range like 203.0.113.7 or 10.0.0.0/8');
/** The options of `oriel relay`. */
export const relayOptions = {
	config: { kind: text('FILE'), help: 'a YAML file with these options' },
	data: dataOption,
	host: { kind: text('ADDR'), help: 'address to listen on', fallback: '0.0.0.0' },
	port: { kind: port, help: 'port to listen on', fallback: '443, or 8443 without the right to it; plain HTTP 8080' },
	...tlsOptions,
	'trust-proxy': {
		kind: listOf(addressRange),
		help: 'proxies whose X-Forwarded-For and X-Forwarded-Proto headers are trusted',
	},
	'max-picture-bytes': {
		kind: integer('N', 1024, 64 * 1024 * 1024),
		help: 'largest frame accepted',
		fallback: '4194304',
	},
	'max-connections': { kind: integer('N', 1, 1_000_000), help: 'connections in all', fallback: '10000' },
	'max-connections-per-address': {
		kind: integer('N', 1, 1_000_000),
		help: 'connections from one address; proxies that are trusted are not counted',
		fallback: '1024',
	},
	'max-frame-bytes': {
		kind: integer('N', 1_048_576, 1_099_511_627_776),
		help: 'memory for the frames of all cameras',
		fallback: '268435456',
	},
	'max-incoming-bytes': {
		kind: integer('N', 1_048_576, 1_099_511_627_776),
		help: 'memory for frames and messages that have not fully arrived yet',
		fallback: '134217728',
	},
	'max-unsent-bytes': {
		kind: integer('N', 1_048_576, 1_099_511_627_776),
		help: 'memory for data that viewers have not received yet',
		fallback: '134217728',
	},
	'owner-password-file': {
		kind: text('FILE'),
		help: 'set the owner’s password from this file, if none has been chosen',
	},
	'seed-port': { kind: port, help: 'also listen for length-prefixed JPEGs over TCP; needs the next two' },
	'seed-camera': {
		kind: textLike('NAME', (name) => CAMERA_NAME.test(name), 'expected lowercase letters, digits and hyphens'),
		help: 'the camera that arrives there',
	},
	'seed-allow': {
		kind: listOf(addressRange),
		help: 'addresses that may send there: the format has no keys',
	},
	log: logOption,
} as const;

/** The configuration that options ask for. Throws UsageError where they contradict each other. */
export function configOf(values: Values<typeof relayOptions>, { env }: Pick<Context, 'env'>): RelayConfig {
	const seed = seedOf(values);
	const tls = tlsOf(values);
	return v.parse(relayConfigShape, {
		data: values.data ?? defaultDataDirectory(env),
		host: values.host,
		port: values.port ?? (tls.tls ? TLS_PORT : PLAIN_PORT),
		...tls,
		...(values['trust-proxy'] ? { trustProxy: [...values['trust-proxy']] } : {}),
		maxPictureBytes: values['max-picture-bytes'],
		maxConnections: values['max-connections'],
		maxConnectionsPerAddress: values['max-connections-per-address'],
		memory: {
			frames: values['max-frame-bytes'],
			incoming: values['max-incoming-bytes'],
			unsent: values['max-unsent-bytes'],
		},
		...(seed ? { seed } : {}),
	});
}

function seedOf(values: Values<typeof relayOptions>): RelayConfig['seed'] {
	const { 'seed-port': seedPort, 'seed-camera': camera, 'seed-allow': allow } = values;
	if (seedPort === undefined && camera === undefined && allow === undefined) return undefined;
	if (seedPort !== undefined && camera !== undefined && allow !== undefined)
		return { port: seedPort, camera, allow: [...allow] };
	throw new UsageError(
		'--seed-port, --seed-camera and --seed-allow go together: any sender that reaches that port is accepted without a key, so name the camera and the addresses that may send',
	);
}
