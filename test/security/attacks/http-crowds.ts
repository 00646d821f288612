import { setTimeout as wait } from 'node:timers/promises';
import type { Attack } from '@oriel/testing/attack';
import { RawConnection } from '@oriel/testing/raw-connection';
import { messagesFor } from './http-messages.ts';

/** Networks of this machine that take part, and connections of each. */
const NETWORKS = 8;
const CONNECTIONS = 200;
const READERS = 100;
/** How long the crowds stay before they go and come again. */
const STAY_MS = 500;

/** Connections that say nothing, or begin and never go on, from many addresses. */
export const idleCrowd: Attack = async ({ port }, signal) => {
	while (!signal.aborted) {
		const open: RawConnection[] = [];
		for (let count = 0; count < NETWORKS * CONNECTIONS && !signal.aborted; count++) {
			const connection = await RawConnection.open(port, `127.77.${count % NETWORKS}.1`);
			if (count % 2 === 0) connection.send('GET /healthz HTTP/1.1\r\nHost: re');
			open.push(connection);
		}
		await stay(signal);
		for (const connection of open) connection.reset();
	}
};

/** Snapshots and pages that are asked for and never read. */
export const unreadAnswers: Attack = async (target, signal) => {
	const { snapshot = '', head = '', cameras = '' } = messagesFor(target);
	while (!signal.aborted) {
		const open = await Promise.all(
			Array.from({ length: READERS }, async (_, index) => {
				const connection = await RawConnection.open(target.port, `127.78.${index % NETWORKS}.1`);
				connection.socket.pause();
				connection.send(`${[snapshot, head, cameras][index % 3]}${snapshot}`);
				return connection;
			}),
		);
		await stay(signal);
		for (const connection of open) connection.reset();
	}
};

async function stay(signal: AbortSignal): Promise<void> {
	await wait(STAY_MS, undefined, { signal }).catch(() => {});
}
