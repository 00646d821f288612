import { CAMERA_NAME } from '@oriel/base';
import { MAX_PICTURE_BYTES } from '@oriel/protocol';
import * as v from 'valibot';
import { isAddressRange } from './http/address-range.ts';
import { tlsShape } from './tls/tls-config.ts';

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

const addressRanges = v.array(
	v.pipe(v.string(), v.check(isAddressRange, 'an address or CIDR range is expected, e.g. 203.0.113.7 or 10.0.0.0/8')),
);

/** Everything about a relay that its owner may choose. */
export const relayConfigShape = v.strictObject({
	/** Where everything is kept that must outlive the process. */
	data: v.string(),
	/** Address to listen on. */
	host: v.optional(v.string(), '0.0.0.0'),
	/** Port to listen on; 0 lets the system choose. */
	port: v.optional(port, 8080),
	/** undefined: plain HTTP. Without it the caller makes sure that the network is private. */
	tls: v.optional(tlsShape),
	/** Serve only trusted proxies and programs on this machine: for plain HTTP behind a proxy. */
	onlyThroughProxy: v.optional(v.boolean()),
	/** Proxies that are believed when they say for whom they speak (`X-Forwarded-For`, `X-Forwarded-Proto`). */
	trustProxy: v.optional(addressRanges),
	/** Connections in all; beyond this newcomers are refused. */
	maxConnections: v.optional(count),
	/** Connections from one address, or one IPv6 /64. */
	maxConnectionsPerAddress: v.optional(count),
	/** Largest picture accepted, in bytes. */
	maxPictureBytes: v.optional(
		v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(64 * 1024 * 1024)),
		MAX_PICTURE_BYTES,
	),
	/** Bytes that all connections may take together; each pool has a default in docs/limits.md. */
	memory: v.optional(
		v.strictObject({
			frames: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
			incoming: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
			unsent: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
			feeds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
		}),
	),
	/** The seed's sender: needs all three, and is off without. */
	seed: v.optional(
		v.strictObject({
			port,
			camera: v.pipe(v.string(), v.regex(CAMERA_NAME)),
			allow: v.pipe(addressRanges, v.minLength(1)),
		}),
	),
});

/** What `startRelay` takes: what is left out has a default. */
export type RelayOptions = v.InferInput<typeof relayConfigShape>;
/** The same with every default filled in. */
export type RelayConfig = v.InferOutput<typeof relayConfigShape>;
