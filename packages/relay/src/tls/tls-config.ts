import * as v from 'valibot';
import { isHostName } from './host-name.ts';

/** The port for plain HTTP beside the TLS port: the certificate authority asks there, and people are sent on; null: none. */
const httpPort = v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))), 80);
const hostName = v.pipe(
	v.string(),
	v.check(isHostName, 'a name like cam.example.org is expected, without scheme, port and path'),
);

/** Where the certificate comes from. */
export const tlsShape = v.variant('mode', [
	/** Ordered from an authority for the names, or else for the public address; self-signed where there is neither. */
	v.strictObject({
		mode: v.literal('auto'),
		domains: v.optional(v.array(hostName)),
		publicAddress: v.optional(v.pipe(v.string(), v.ip())),
		/** For the authority's warnings. */
		email: v.optional(v.pipe(v.string(), v.email())),
		/** ACME directory; default: Let's Encrypt. */
		directory: v.optional(v.pipe(v.string(), v.url(), v.startsWith('https://'))),
		/** The one way to prove a name, where not all of them lead here. */
		challenge: v.optional(v.picklist(['http-01', 'tls-alpn-01'])),
		httpPort,
	}),
	/** The owner's own files, PEM, read again when they change. */
	v.strictObject({ mode: v.literal('files'), cert: v.string(), key: v.string(), httpPort }),
	v.strictObject({ mode: v.literal('self-signed'), httpPort }),
]);
export type TlsConfig = v.InferOutput<typeof tlsShape>;
