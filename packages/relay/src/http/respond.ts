import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { RelayError, type RelayErrorCode, STATUS_OF } from '../errors/relay-error.ts';

/** On every answer. Pictures and the API are private, and nothing here may be framed, sniffed or run from elsewhere. */
export const SAFE_HEADERS = {
	'cache-control': 'private, no-store',
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	'cross-origin-resource-policy': 'same-origin',
	'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'content-type': 'application/json; charset=utf-8',
		'content-length': Buffer.byteLength(text),
	});
	response.end(text);
}

/** Answers with nothing but a status. */
export function sendEmpty(response: ServerResponse, status: 200 | 204): void {
	response.writeHead(status).end();
}

/** Answers with an error; anything that is not a RelayError becomes `internal` and keeps its words to itself. */
export function sendError(response: ServerResponse, thrown: unknown): void {
	if (response.headersSent) {
		response.destroy();
		return;
	}
	const error = presentable(thrown);
	for (const [name, value] of Object.entries(errorHeaders(error))) response.setHeader(name, value);
	// Whatever is left of the request's body is not read: the connection cannot be used again.
	if (!response.req.complete) response.setHeader('connection', 'close');
	sendJson(response, STATUS_OF[error.code], errorBody(error));
}

/** Refuses a WebSocket before it is one. */
export function refuseUpgrade(socket: Duplex, thrown: unknown): void {
	const error = presentable(thrown);
	const body = JSON.stringify(errorBody(error));
	const head = [
		`HTTP/1.1 ${STATUS_OF[error.code]} ${error.code}`,
		'content-type: application/json; charset=utf-8',
		`content-length: ${Buffer.byteLength(body)}`,
		'connection: close',
		...Object.entries({ ...SAFE_HEADERS, ...errorHeaders(error) }).map(([name, value]) => `${name}: ${value}`),
	];
	socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function presentable(thrown: unknown): RelayError {
	return thrown instanceof RelayError
		? thrown
		: new RelayError('internal', 'Something broke inside the relay; its log says what');
}

function errorBody(error: RelayError): { error: { code: RelayErrorCode; message: string } } {
	return { error: { code: error.code, message: error.message } };
}

function errorHeaders(error: RelayError): Record<string, string> {
	const headers: Record<string, string> = {};
	if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds);
	if (error.code === 'unauthorized') headers['www-authenticate'] = 'Basic realm="Oriel", charset="UTF-8"';
	return headers;
}
