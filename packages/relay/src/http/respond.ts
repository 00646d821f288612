import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '@oriel/base';
import { RelayError, type RelayErrorCode, STATUS_OF } from '../errors/relay-error.ts';

/** Whoever was refused while still sending has this long to see the answer. */
export const LINGER_MS = 2000;

const JSON_TYPE = 'application/json; charset=utf-8';

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
		'content-type': JSON_TYPE,
		'content-length': Buffer.byteLength(text),
	});
	response.end(text);
}

/** Answers with plain text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, {
		'content-type': 'text/plain; charset=utf-8',
		'content-length': Buffer.byteLength(text),
	});
	response.end(text);
}

/** Answers with nothing but a status. */
export function sendEmpty(response: ServerResponse, status: 200 | 204): void {
	response.writeHead(status).end();
}

/** Answers with an error; anything that is not a RelayError becomes `internal` and keeps its words to itself. */
export function sendError(response: ServerResponse, thrown: unknown, clock: Clock): void {
	if (response.headersSent) {
		response.destroy();
		return;
	}
	const error = presentable(thrown);
	const { req: request } = response;
	const headers = errorHeaders(error, request.url);
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	if (hasBody(request) && !request.complete) sendEarly(response, STATUS_OF[error.code], errorBody(error), clock);
	else sendJson(response, STATUS_OF[error.code], errorBody(error));
}

/** Whether a request says that it brings a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
	return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Answers somebody who is still sending. Closing at once would reset the connection, and the answer could be lost on the
 * way: so what still comes is read and thrown away until the peer has seen the answer and stops, or has had its time.
 */
function sendEarly(response: ServerResponse, status: number, body: unknown, clock: Clock): void {
	const text = JSON.stringify(body);
	const { req: request } = response;
	response.writeHead(status, {
		'content-type': JSON_TYPE,
		'content-length': Buffer.byteLength(text),
		connection: 'close',
	});
	response.write(text);
	request.resume();
	const finish = () => response.end();
	const cancel = clock.after(LINGER_MS, finish);
	request.once('end', finish);
	request.once('error', finish);
	response.once('close', cancel);
}

/** Refuses a WebSocket before it is one. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, clock: Clock): void {
	const error = presentable(thrown);
	const body = JSON.stringify(errorBody(error));
	const head = [
		`HTTP/1.1 ${STATUS_OF[error.code]} ${error.code}`,
		`content-type: ${JSON_TYPE}`,
		`content-length: ${Buffer.byteLength(body)}`,
		'connection: close',
		...Object.entries({ ...SAFE_HEADERS, ...errorHeaders(error) }).map(([name, value]) => `${name}: ${value}`),
	];
	socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
	// A peer that never closes its half would keep the connection for ever.
	socket.resume();
	const cancel = clock.after(LINGER_MS, () => socket.destroy());
	socket.once('close', cancel);
}

function presentable(thrown: unknown): RelayError {
	return thrown instanceof RelayError
		? thrown
		: new RelayError('internal', 'Something broke inside the relay; its log says what');
}

function errorBody(error: RelayError): { error: { code: RelayErrorCode; message: string } } {
	return { error: { code: error.code, message: error.message } };
}

function errorHeaders(error: RelayError, url = ''): Record<string, string> {
	const headers: Record<string, string> = {};
	if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds);
	if (error.allow) headers.allow = error.allow.join(', ');
	if (error.code === 'unauthorized') headers['www-authenticate'] = challengeFor(url);
	return headers;
}

/** Basic makes a browser ask for a password in a window of its own: right for a picture's URL, wrong behind a page. */
function challengeFor(url: string): string {
	return /^\/(cameras\/|stream\.mjpg|metrics)/.test(url)
		? 'Basic realm="Oriel", charset="UTF-8"'
		: 'Bearer realm="Oriel"';
}
