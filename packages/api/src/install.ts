import type { Resource } from './operation.ts';

/** The program itself, from the relay that runs it. */
export const install = {
	/** A script for `sh`, with the relay's address and the package's SHA-256 in it. */
	script: { method: 'GET', path: '/install.sh', status: 200, media: 'text/plain' },
	/** VERSION is the relay's. */
	package: { method: 'GET', path: '/oriel-VERSION.tgz', status: 200, media: 'application/gzip' },
} as const satisfies Resource;
