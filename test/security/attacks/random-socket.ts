import { SUBPROTOCOL } from '@oriel/protocol';
import { WebSocket } from 'ws';

/** Sends each packet to a connection, to a new one where the relay has ended it. */
export async function throwAt(
	port: number,
	path: string,
	secret: string,
	packets: Iterable<Uint8Array | string>,
	signal: AbortSignal,
): Promise<void> {
	let socket: WebSocket | undefined;
	for (const packet of packets) {
		if (signal.aborted) break;
		if (socket?.readyState !== WebSocket.OPEN) socket = await open(port, path, secret);
		if (socket.readyState === WebSocket.OPEN) socket.send(packet);
		await new Promise((resolve) => setImmediate(resolve));
	}
	socket?.terminate();
}

/** Resolves when it is open or refused. */
function open(port: number, path: string, secret: string): Promise<WebSocket> {
	return new Promise((resolve) => {
		const headers = { authorization: `Bearer ${secret}` };
		const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, SUBPROTOCOL, { headers });
		socket.on('error', () => {});
		for (const event of ['open', 'close'] as const) socket.once(event, () => resolve(socket));
	});
}
