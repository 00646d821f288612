import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Ports that were free a moment ago. */
export async function freePorts(count) {
	const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
	await Promise.all(servers.map((server) => server.listening || once(server, 'listening')));
	const ports = servers.map((server) => server.address().port);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}

/** Resolves as soon as somebody listens on the port. */
export async function listening(port, timeoutSeconds = 15) {
	for (const until = Date.now() + timeoutSeconds * 1000; Date.now() < until; ) {
		if (await accepts(port)) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`Nobody listens on port ${port} after ${timeoutSeconds} s`);
}

function accepts(port) {
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
