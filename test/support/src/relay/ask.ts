import { type IncomingHttpHeaders, request } from 'node:http';
import { noteSecretFields, noteSecretsIn } from '../secret-ledger.ts';

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
	/** Address of this machine to ask from: all of 127.0.0.0/8 will do. */
	readonly from?: string | undefined;
}

/** One request on a connection of its own. */
export function ask(
	url: string,
	{ method = 'GET', headers = {}, body, headOnly = false, from }: Question = {},
): Promise<Asked> {
	noteSecretsIn(Object.values(headers).join(' '));
	noteSecretFields(body);
	return new Promise((resolve, reject) => {
		const local = from === undefined ? {} : { localAddress: from };
		const call = request(url, { method, headers, agent: false, ...local }, (response) => {
			noteSecretsIn(response.headers['set-cookie']?.join(' '));
			const { statusCode: status = 0 } = response;
			const chunks: Buffer[] = [];
			response.on('error', reject);
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				noteSecretFields(text);
				resolve({ status, headers: response.headers, text });
			});
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
