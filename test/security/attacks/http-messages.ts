import type { Target } from '@oriel/testing/attack';

const WEBSOCKET = [
	'Connection: Upgrade',
	'Upgrade: websocket',
	'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
	'Sec-WebSocket-Version: 13',
	'Sec-WebSocket-Protocol: oriel.v1',
];

/** One request, as text. */
export function message(line: string, headers: readonly string[] = [], body = ''): string {
	return `${[`${line} HTTP/1.1`, 'Host: relay', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

export function bearer(secret: string): string {
	return `Authorization: Bearer ${secret}`;
}

/** The handshake of a WebSocket. */
export function upgrade(path: string, secret: string): string {
	return message(`GET ${path}`, [bearer(secret), ...WEBSOCKET]);
}

/** `text` as a chunked body, without its end unless told otherwise. */
export function chunk(text: string, isLast = true): string {
	return `${text.length.toString(16)}\r\n${text}\r\n${isLast ? '0\r\n\r\n' : ''}`;
}

/** Every kind of thing that a client can do with one message: the vocabulary of the attacks on HTTP. */
export function messagesFor({ camera, token, key, hostileCamera }: Target): Readonly<Record<string, string>> {
	const watch = [bearer(token)];
	const publish = [bearer(key)];
	const chunked = 'Transfer-Encoding: chunked';
	const json = 'Content-Type: application/json';
	const stream = `/cameras/${camera}/stream.mjpg`;
	const ingest = `/cameras/${hostileCamera}/ingest`;
	return {
		health: message('GET /healthz'),
		head: message('HEAD /'),
		nowhere: message('GET /nowhere'),
		'no credential': message(`GET ${stream}`),
		cameras: message('GET /api/cameras', watch),
		snapshot: message(`GET /cameras/${camera}/snapshot.jpg`, watch),
		stream: message(`GET ${stream}`, watch),
		'stream with a body': message(`GET ${stream}`, [...watch, 'Content-Length: 5'], 'hello'),
		'head of a stream': message(`HEAD ${stream}`, watch),
		mp4: message(`GET /cameras/${camera}/stream.mp4`, watch),
		'body that is not read': message('GET /healthz', ['Content-Length: 5'], 'hello'),
		'body that does not end': message('GET /healthz', ['Content-Length: 500'], 'hello'),
		'sign-in': message('POST /api/session', [json, 'Content-Length: 14'], '{"share":"no"}'),
		'broken JSON': message('POST /api/session', [json, 'Content-Length: 3'], '{"s'),
		'half of JSON': message('POST /api/session', [json, 'Content-Length: 40'], '{"s'),
		'too much JSON': message('POST /api/session', [json, 'Content-Length: 20000'], 'x'.repeat(20_000)),
		form: message('POST /api/session', ['Content-Type: text/plain', 'Content-Length: 5'], 'hello'),
		'refused upload': message(`PUT ${ingest}`, ['Content-Length: 5'], 'hello'),
		'refused endless upload': message(`PUT ${ingest}`, [chunked], chunk('hello', false)),
		'refused long upload': message(`PUT ${ingest}`, ['Content-Length: 100000'], 'hello'),
		'upload of nothing known': message(`PUT ${ingest}`, [...publish, chunked], chunk('hello')),
		'endless upload': message(`PUT ${ingest}`, [...publish, chunked], chunk('\xff\xd8\xff\xe0', false)),
		'empty upload': message(`PUT ${ingest}`, [...publish, 'Content-Length: 0']),
		'broken chunk': message(`PUT ${ingest}`, [...publish, chunked], 'zz\r\n'),
		'upload that asks first': message(`PUT ${ingest}`, [...publish, chunked, 'Expect: 100-continue'], chunk('hello')),
		'refused upload that asks first': message(`PUT ${ingest}`, [chunked, 'Expect: 100-continue'], chunk('hello')),
		'unknown expectation': message('GET /healthz', ['Expect: tea']),
		h2c: message('GET /healthz', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']),
		'h2c upload': message(
			`PUT ${ingest}`,
			[...publish, chunked, 'Connection: Upgrade', 'Upgrade: h2c'],
			chunk('hello'),
		),
		'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
		tunnel: message('CONNECT relay:80'),
		'two hosts': message('GET /healthz', ['Host: relay']),
		'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
		'HTTP/1.0': 'GET /healthz HTTP/1.0\r\n\r\n',
		closing: message('GET /healthz', ['Connection: close']),
		live: upgrade('/live', token),
		'live without a credential': upgrade('/live', 'wrong'),
		agent: upgrade('/agent', key),
		'no WebSocket here': upgrade('/nowhere', token),
		garbage: '\x16\x03\x01 no known protocol\r\n\r\n',
		'huge header': message('GET /healthz', [`X: ${'x'.repeat(20_000)}`]),
		'half of a head': 'GET /healthz HTTP/1.1\r\nHost: re',
	};
}
