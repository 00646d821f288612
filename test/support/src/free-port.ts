import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux (from 32768), macOS and Windows (from 49152) give to outgoing connections: such a connection
 * may take a port that is free only because its server is about to start, or to start again.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;
const MAX_TRIES = 100;

/** A port of loopback that no program listens on, chosen at random: tests run beside one another. */
export async function freePort(): Promise<number> {
	for (let tries = 0; tries < MAX_TRIES; tries++) {
		const port = randomInt(FIRST_PORT, LAST_PORT);
		if (await isFree(port)) return port;
	}
	throw new Error(`No free port between ${FIRST_PORT} and ${LAST_PORT} in ${MAX_TRIES} tries`);
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer()
			.once('error', () => resolve(false))
			.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
