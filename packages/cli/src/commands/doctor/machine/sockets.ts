import { type MachineView, textAt } from './view.ts';

/** The kernel's number for a socket that listens. */
const LISTENS = '0A';

/** A TCP socket that listens. */
export interface Listener {
	readonly family: 4 | 6;
	readonly port: number;
	/** Only programs on this machine reach it. */
	readonly isLoopback: boolean;
}

/** All TCP sockets that listen; undefined where the system does not list them. */
export function listenersOf(view: Pick<MachineView, 'file'>): Listener[] | undefined {
	const ipv4 = textAt(view, '/proc/net/tcp');
	if (ipv4 === undefined) return undefined;
	return [...socketsIn(ipv4, 4), ...socketsIn(textAt(view, '/proc/net/tcp6') ?? '', 6)];
}

function socketsIn(text: string, family: 4 | 6): Listener[] {
	return text.split('\n').flatMap((line) => {
		const [, local = '', , state] = line.trim().split(/\s+/);
		const [address = '', port = ''] = local.split(':');
		return state === LISTENS ? [{ family, port: Number.parseInt(port, 16), isLoopback: isLoopback(address) }] : [];
	});
}

/** Words of four bytes in the machine's order, which is little-endian wherever Oriel runs. */
function isLoopback(hex: string): boolean {
	if (hex.length === 8) return hex.endsWith('7F');
	return hex === `${'0'.repeat(24)}01000000` || (hex.startsWith('0000000000000000FFFF0000') && hex.endsWith('7F'));
}

/** The families in which other machines can reach a port. A socket for any IPv6 address takes IPv4, too. */
export function familiesOf(listeners: readonly Listener[], port: number): (4 | 6)[] {
	const open = listeners.filter((one) => one.port === port && !one.isLoopback);
	if (open.some(({ family }) => family === 6)) return [4, 6];
	return open.length > 0 ? [4] : [];
}
