import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';

it('gives no port twice, although no program listens on it yet', async () => {
	const [first, other] = [await freePort(), await freePort()];
	const picks = [first, other];
	expect([first, other]).not.toContain(await freePort(() => picks.shift() ?? randomInt(10_000, 32_000)));
});

it('gives a port that can be listened on, and none on which a program listens', async () => {
	const server = createServer();
	const port = await freePort();
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	await new Promise((resolve) => server.close(resolve));
});
