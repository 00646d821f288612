// What any client can ask too much of over HTTP.
import type { Attack, Target } from '@oriel/testing/attack';
import { filled, flood, handshake, request } from './flood-client.ts';

const CONNECTIONS = 32;

/** Asks again as soon as it is answered, on some connections that stay. */
function asking(text: (target: Target) => string): Attack {
	return flood({
		connections: CONNECTIONS,
		begin: text,
		repeat: (target) => Buffer.from(text(target)),
		waits: true,
	});
}

/** Asks without waiting for the answers. */
function pipelining(text: (target: Target) => string): Attack {
	return flood({ connections: 8, begin: text, repeat: (target) => filled(Buffer.from(text(target))) });
}

const withToken = ({ token }: Target) => ({ authorization: `Bearer ${token}` });
const guess = JSON.stringify({ password: 'a guess of a password' });

export const cameraLists: Attack = asking((target) => request('GET', '/api/cameras', withToken(target)));
export const pipelinedLists: Attack = pipelining((target) => request('GET', '/api/cameras', withToken(target)));
export const badTokens: Attack = asking(() => request('GET', '/api/cameras', { authorization: 'Bearer wrong' }));
export const unknownPaths: Attack = pipelining(() => 'GET /x HTTP/1.1\r\nhost: x\r\n\r\n');
export const pages: Attack = asking(() => request('GET', '/'));
export const signIns: Attack = asking(() => request('POST', '/api/session', {}, guess));
export const shareOpens: Attack = asking(({ share }) => request('POST', '/api/session', {}, JSON.stringify({ share })));
export const longBodies: Attack = asking(() =>
	request('POST', '/api/session', {}, JSON.stringify({ password: 'x'.repeat(16_000) })),
);
export const endlessBodies: Attack = flood({
	connections: 8,
	begin: () => 'POST /api/session HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
	repeat: () => filled(Buffer.from('1\r\nx\r\n')),
});
export const snapshots: Attack = asking((target) =>
	request('GET', `/cameras/${target.camera}/snapshot.jpg`, withToken(target)),
);
/** Opened and closed at once. */
export const connections: Attack = flood({ connections: 64, begin: () => 'GET / HTTP/1.1\r\nhost: x\r\n\r\n' });
export const openedWebSockets: Attack = flood({
	connections: 32,
	begin: ({ token }) => handshake('/live', token),
});
export const refusedWebSockets: Attack = flood({ connections: 32, begin: () => handshake('/live', 'wrong') });
