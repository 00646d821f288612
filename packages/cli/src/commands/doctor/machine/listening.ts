import { RELAY_UNIT_PATH } from '../../../service/relay-service.ts';
import type { Finding } from '../finding.ts';
import type { Check } from './check.ts';
import { familiesOf, type Listener, listenersOf } from './sockets.ts';

const RESTART = 'sudo systemctl restart oriel-relay; if that does not help, see: journalctl -u oriel-relay -n 20';
const START = 'Start the relay: sudo oriel relay install, for a service; or oriel relay';

/** Whether the relay's ports are open to other machines, or at least to a proxy on this one. */
export const listening: Check = (view, { port, httpPort, config }) => {
	const listeners = listenersOf(view);
	if (!listeners)
		return [
			{ what: `TCP ${port}`, verdict: 'unknown', words: 'this system does not list its sockets in /proc/net/tcp' },
		];
	const isProxied = config.trustProxy !== undefined;
	const start = view.file(RELAY_UNIT_PATH).is === 'missing' ? START : RESTART;
	const found = [portFinding(port, listeners, { isProxied, start })];
	const isThere = listeners.some((one) => one.port === port);
	if (httpPort !== undefined && isThere)
		found.push(portFinding(httpPort, listeners, { isProxied, start, isNeeded: false }));
	return found;
};

interface Expected {
	readonly isProxied: boolean;
	/** How to make the relay listen. */
	readonly start: string;
	/** Whether nothing works without that port. */
	readonly isNeeded?: boolean;
}

function portFinding(
	port: number,
	listeners: readonly Listener[],
	{ isProxied, start, isNeeded = true }: Expected,
): Finding {
	const what = `TCP ${port}`;
	const verdict = isNeeded ? 'bad' : 'poor';
	const [family] = familiesOf(listeners, port).slice(-1);
	if (family) return { what, verdict: 'good', words: `listens for IPv4${family === 6 ? ' and IPv6' : ''}` };
	if (!listeners.some((one) => one.port === port)) {
		const words = `nothing listens on port ${port}${isNeeded ? '' : ': browsers are not sent on to https'}`;
		return { what, verdict, words, cure: start };
	}
	if (isProxied) return { what, verdict: 'good', words: 'listens on loopback only, for the proxy on this machine' };
	const cure =
		'Start the relay without --host 127.0.0.1; or put a proxy in front of it and name that: --trust-proxy 127.0.0.1';
	return { what, verdict, words: 'listens on loopback only: no other machine can connect', cure };
}
