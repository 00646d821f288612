import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnswerOf, ErrorBody, JsonOperation } from '@oriel/api';
import type { Clock } from '@oriel/base';
import { RelayError, STATUS_OF } from '../errors/relay-error.ts';
import { endLingering, LINGER_MS } from './takeover.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** On every answer. Pictures and the API are private, and nothing here may be framed, sniffed or run from elsewhere. */
export const SAFE_HEADERS = {
	'cache-control': 'private, no-store',
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	'cross-origin-resource-policy': 'same-origin',
	'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

const NOT_FOUND_STYLE =
	'body{font:16px/1.5 system-ui,sans-serif;max-width:30em;margin:15vh auto;padding:0 24px}h1{font-size:24px}';

/** What a browser shows for an address that leads nowhere. */
const NOT_FOUND = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Not found – Oriel</title>
<style>${NOT_FOUND_STYLE}</style>
<h1>There is nothing at this address</h1>
<p><a href="/">Show the cameras</a></p>
</html>
`;

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'content-type': JSON_TYPE,
		'content-length': Buffer.byteLength(text),
	});
	response.end(text);
}

/** Answers with what an operation of the HTTP API promises. */
export function sendAnswer<O extends JsonOperation>(response: ServerResponse, { status }: O, value: AnswerOf<O>): void {
	sendJson(response, status, value);
}

/** Answers with plain text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, {
		'content-type': 'text/plain; charset=utf-8',
		'content-length': Buffer.byteLength(text),
	});
	response.end(text);
}

function sendNotFound(response: ServerResponse): void {
	const style = createHash('sha256').update(NOT_FOUND_STYLE).digest('base64');
	response.writeHead(STATUS_OF['not-found'], {
		'content-security-policy': `${SAFE_HEADERS['content-security-policy']}; style-src 'sha256-${style}'`,
		'content-type': 'text/html; charset=utf-8',
		'content-length': Buffer.byteLength(NOT_FOUND),
	});
	response.end(NOT_FOUND);
}

/** Answers with nothing but a status. */
export function sendEmpty(response: ServerResponse, status: 200 | 204): void {
	response.writeHead(status).end();
}

/** Answers with an error; anything that is not a RelayError becomes `internal` and keeps its words to itself. */
export function sendError(response: ServerResponse, thrown: unknown, clock: Clock): void {
	if (response.destroyed) return;
	if (response.headersSent) {
		response.destroy();
		return;
	}
	const error = presentable(thrown);
	const { req: request } = response;
	const headers = errorHeaders(error, request.url);
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	if (hasBody(request) && !request.complete) sendEarly(response, STATUS_OF[error.code], errorBody(error), clock);
	else if (error.code === 'not-found' && isNavigation(request)) sendNotFound(response);
	else sendJson(response, STATUS_OF[error.code], errorBody(error));
}

/** Whether a person opened the address in a browser: programs ask for no HTML. */
function isNavigation({ method, headers }: IncomingMessage): boolean {
	return method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');
}

/** Whether a request says that it brings a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
	return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Answers a client that is still sending, then ends the connection. Closing at once would reset it, and the answer could be
 * lost on the way: what still comes is thrown away until the body ends or the client has had its time. Node's own end of the
 * answer is never reached: it would come by a timer, and what is finished out of Node's order fails an assertion inside of it.
 */
function sendEarly(response: ServerResponse, status: number, body: unknown, clock: Clock): void {
	const text = JSON.stringify(body);
	const { socket } = response;
	if (!socket || socket.destroyed) return;
	response.writeHead(status, {
		'content-type': JSON_TYPE,
		'content-length': Buffer.byteLength(text),
		connection: 'close',
	});
	response.write(text);
	const { req: request } = response;
	request.resume();
	request.once('end', () => endLingering(socket, clock));
	const cancel = clock.after(LINGER_MS, () => socket.destroy());
	socket.once('close', cancel);
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
	endLingering(socket, clock, `${head.join('\r\n')}\r\n\r\n${body}`);
}

function presentable(thrown: unknown): RelayError {
	return thrown instanceof RelayError
		? thrown
		: new RelayError('internal', 'Something broke inside the relay; its log says what');
}

function errorBody(error: RelayError): ErrorBody {
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
