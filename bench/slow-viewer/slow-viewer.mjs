import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const POLL_MS = 100;
/** The kernel's buffers count as full when they have not grown in this many looks: five pictures' time. */
const STEADY_LOOKS = 3;
const FULL_TIMEOUT_MS = 9000;
/** Columns of /proc/net/tcp; addresses are HOST:PORT in hexadecimal. */
const LOCAL = 1;
const REMOTE = 2;
const STATE = 3;
const QUEUES = 4;
const ESTABLISHED = '01';

/**
 * A viewer that asks for the stream and never reads a byte of it.
 * @param {import('../fanout/contestants.mjs').Server} server
 */
export async function openSlowViewer({ port, viewers: [, path, header] }) {
	const socket = connect(port, '127.0.0.1');
	socket.pause();
	socket.on('error', () => {});
	await new Promise((resolve) => socket.once('connect', resolve));
	socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${header}\r\n\r\n`);
	const queued = () => bytesQueued(port, socket.localPort ?? 0);
	return {
		/** Resolves when the kernel takes nothing more for this viewer: from here on the server has to bear it. */
		full: () => steady(queued),
		/** Whether the server still holds on to it. The socket itself cannot tell: it would have to be read for that. */
		isHeld: () => queued() > 0,
		close: () => socket.destroy(),
	};
}

async function steady(look) {
	let before = 0;
	let same = 0;
	for (const until = Date.now() + FULL_TIMEOUT_MS; same < STEADY_LOOKS; ) {
		if (Date.now() > until) throw new Error('The slow viewer’s kernel buffers never filled');
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
		const queued = look();
		same = queued > 0 && queued === before ? same + 1 : 0;
		before = queued;
	}
}

/** Bytes that the kernel holds for sending from the server's port to the viewer's, while the server keeps it open. */
function bytesQueued(serverPort, viewerPort) {
	const hex = (port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	const files = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFileSync(file, 'latin1').split('\n'));
	const row = files
		.flat()
		.map((line) => line.trim().split(/\s+/))
		.find((cells) => cells[LOCAL]?.endsWith(hex(serverPort)) && cells[REMOTE]?.endsWith(hex(viewerPort)));
	return row?.[STATE] === ESTABLISHED ? Number.parseInt(row[QUEUES], 16) : 0;
}
