import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Below the ports that Linux (from 32768), macOS and Windows (from 49152) give to outgoing connections: such a connection
 * may take a port that is free only because its server is about to start, or to start again.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;
const MAX_TRIES = 100;
/** A file for each port that a test has been given: its server may start later, or stop and start again. */
const GIVEN = join(tmpdir(), `oriel-test-ports-${process.getuid?.() ?? 0}`);
/** No test runs for longer. */
const GIVEN_FOR_MS = 3_600_000;

/** A port of loopback that no program listens on, and that no other test has been given: they run beside one another. */
export async function freePort(pick: () => number = () => randomInt(FIRST_PORT, LAST_PORT)): Promise<number> {
	mkdirSync(GIVEN, { recursive: true });
	for (let tries = 0; tries < MAX_TRIES; tries++) {
		const port = pick();
		if (take(port) && (await isFree(port))) return port;
	}
	throw new Error(`No free port between ${FIRST_PORT} and ${LAST_PORT} in ${MAX_TRIES} tries`);
}

function take(port: number): boolean {
	const path = join(GIVEN, String(port));
	try {
		if (Date.now() - statSync(path).mtimeMs < GIVEN_FOR_MS) return false;
		rmSync(path);
	} catch {
		// It has not been given, or another test process has just removed its file, too.
	}
	try {
		writeFileSync(path, '', { flag: 'wx' });
		return true;
	} catch {
		return false;
	}
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer()
			.once('error', () => resolve(false))
			.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
