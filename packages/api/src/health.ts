import type { Resource } from './operation.ts';

/** For those who look after the relay. Neither answer has a body. */
export const health = {
	/** People can sign in. */
	alive: { method: 'GET', path: '/healthz', status: 200 },
	/** The relay is not stopping. */
	ready: { method: 'GET', path: '/readyz', status: 200 },
} as const satisfies Resource;

export const metrics = {
	/** Prometheus text. */
	read: { method: 'GET', path: '/metrics', status: 200, media: 'text/plain' },
} as const satisfies Resource;
