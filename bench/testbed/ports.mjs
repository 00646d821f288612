import { connect } from 'node:net';
import { freePort } from '../../test/support/dist/free-port.js';

/** Ports that no program listens on. */
export function freePorts(count) {
	return Promise.all(Array.from({ length: count }, () => freePort()));
}

/** Resolves as soon as a program listens on the port. */
export async function listening(port, timeoutSeconds = 15) {
	for (const until = Date.now() + timeoutSeconds * 1000; Date.now() < until; ) {
		if (await accepts(port)) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`No program listens on port ${port} after ${timeoutSeconds} s`);
}

/** Whether a program listens on the port. */
export function accepts(port) {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		const answer = (is) => {
			socket.destroy();
			resolve(is);
		};
		socket.once('connect', () => answer(true));
		socket.once('error', () => answer(false));
	});
}
