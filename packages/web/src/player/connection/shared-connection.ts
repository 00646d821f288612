import { systemClock } from '@oriel/base';
import { SUBPROTOCOL } from '@oriel/protocol';
import { browserCapabilities } from '../picture/browser-capabilities.ts';
import { shownCodecs } from '../picture/choose.ts';
import { LiveConnection } from './live-connection.ts';
import type { SocketLike } from './live-socket.ts';
import { browserSignals } from './page-signals.ts';
import { askRelay } from './relay-answer.ts';

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
		ask: () => askRelay(address),
	});
	connections.set(address.href, connection);
	return connection;
}
