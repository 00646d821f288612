import { type IncomingHttpHeaders, request } from 'node:http';

export interface Asked {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	/** Empty if it was not awaited. */
	readonly text: string;
}

export interface Question {
	readonly method?: string;
	readonly headers?: Record<string, string>;
	readonly body?: string;
	/** For endless answers: only the head is awaited. */
	readonly headOnly?: boolean;
}

/** One request on a connection of its own. */
export function ask(
	url: string,
	{ method = 'GET', headers = {}, body, headOnly = false }: Question = {},
): Promise<Asked> {
	return new Promise((resolve, reject) => {
		const call = request(url, { method, headers, agent: false }, (response) => {
			const { statusCode: status = 0 } = response;
			const chunks: Buffer[] = [];
			response.on('error', reject);
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => resolve({ status, headers: response.headers, text: Buffer.concat(chunks).toString() }));
			if (!headOnly) return;
			resolve({ status, headers: response.headers, text: '' });
			call.destroy();
		});
		call.on('upgrade', (response, socket) => {
			resolve({ status: response.statusCode ?? 0, headers: response.headers, text: '' });
			socket.destroy();
		});
		call.on('error', reject);
		call.end(body);
	});
}

/** What a browser or a program sends to open a WebSocket that speaks `subprotocol`. */
export function upgradeHeaders(subprotocol: string): Record<string, string> {
	return {
		connection: 'Upgrade',
		upgrade: 'websocket',
		'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
		'sec-websocket-version': '13',
		'sec-websocket-protocol': subprotocol,
	};
}
