import type { Attack, Target } from '@oriel/testing/attack';
import { RawConnection } from '@oriel/testing/raw-connection';
import { message, messagesFor } from './http-messages.ts';

/** Connections of one attack that are open at once. */
const SIDE_BY_SIDE = 20;

type Leave = (connection: RawConnection, signal: AbortSignal) => Promise<void> | void;

/** How a client goes: at once, when it is answered, or after closing one half; and whether it breaks the connection. */
const LEAVES: readonly Leave[] = [
	(connection) => connection.reset(),
	async (connection, signal) => {
		await connection.answered(signal);
		connection.reset();
	},
	async (connection, signal) => {
		connection.endHalf();
		await connection.answered(signal);
		connection.socket.destroy();
	},
	(connection) => {
		connection.socket.destroy();
	},
];

/** Rounds of connections side by side, each of which sends what `texts` makes of its number in one packet. */
function packets(texts: (target: Target, count: number) => string): Attack {
	return async (target, signal) => {
		for (let count = 0; !signal.aborted; count += SIDE_BY_SIDE) {
			const round = Array.from({ length: SIDE_BY_SIDE }, async (_, index) => {
				using connection = await RawConnection.open(target.port);
				connection.send(texts(target, count + index));
				await LEAVES[(count + index) % LEAVES.length]?.(connection, signal);
			});
			await Promise.all(round);
		}
	};
}

/** Refused bodies, some in one packet, then the connection breaks: an answer must not be finished out of its turn. */
export const refusedBodies: Attack = packets((target, count) => {
	const messages = messagesFor(target);
	const kinds = ['refused upload', 'refused long upload', 'form', 'too much JSON', 'refused endless upload'];
	return Array.from({ length: 3 }, (_, index) => messages[kinds[(count + index * 2) % kinds.length] ?? '']).join('');
});

/** An endless answer and anything else in one packet, in either order. */
export const streamAndMore: Attack = packets((target, count) => {
	const { stream = '', ...others } = messagesFor(target);
	const all = Object.values(others);
	const other = all[(count >> 1) % all.length];
	return count % 2 === 0 ? `${stream}${other}` : `${other}${stream}`;
});

/** Hundreds of streams on one connection. */
export const pipelinedStreams: Attack = packets((target) => messagesFor(target).stream?.repeat(200) ?? '');

/** All pairs of everything that a client can say. */
export const allPairs: Attack = packets((target, count) => {
	const all = Object.values(messagesFor(target));
	return `${all[count % all.length]}${all[Math.floor(count / all.length) % all.length]}`;
});

/** More small requests than one connection may have waiting. */
export const manyAtOnce: Attack = packets((_target, count) =>
	message(`GET /${count % 2 ? 'healthz' : 'x'}`).repeat(2000),
);
