import { systemClock } from '@oriel/base';
import { SUBPROTOCOL } from '@oriel/wire';
import { browserCapabilities } from '../picture/browser-capabilities.ts';
import { shownCodecs } from '../picture/choose.ts';
import { LiveConnection } from './live-connection.ts';
import type { SocketLike } from './live-socket.ts';
import { browserSignals } from './page-signals.ts';

const connections = new Map<string, LiveConnection>();

/** The connection of this page to the relay at `src` (a path or an http(s) or ws(s) address); all who ask share it. */
export function sharedConnection(src: string): LiveConnection {
	const address = new URL(src, location.href);
	address.protocol = address.protocol.replace('http', 'ws');
	const known = connections.get(address.href);
	if (known) return known;
	const connection = new LiveConnection({
		clock: systemClock,
		random: Math.random,
		signals: browserSignals,
		codecs: shownCodecs(browserCapabilities()),
		// Its handlers are only ever assigned, and those that take less than the browser gives are welcome.
		dial: () => new WebSocket(address, SUBPROTOCOL) as SocketLike,
		maySignIn: () => maySignIn(address),
	});
	connections.set(address.href, connection);
	return connection;
}

/** A browser hides why a WebSocket was refused, so the relay is asked in plain HTTP. Only a clear no is a no. */
async function maySignIn(live: URL): Promise<boolean> {
	const question = new URL('/api/session', live);
	question.protocol = question.protocol.replace('ws', 'http');
	try {
		const answer = await fetch(question, { credentials: 'include', signal: AbortSignal.timeout(4_000) });
		const session: unknown = await answer.json();
		return !(isRecord(session) && session.signedIn === false);
	} catch {
		return true;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
