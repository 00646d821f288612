import type { Attack } from '@oriel/testing/attack';
import { RawConnection } from '@oriel/testing/raw-connection';
import { messagesFor } from './http-messages.ts';

const SIDE_BY_SIDE = 20;

/** Every message is cut at every place, a place further in each round; what follows is a reset or half a close. */
export const cutAnywhere: Attack = async (target, signal) => {
	const all = Object.values(messagesFor(target));
	for (let count = 0; !signal.aborted; count += SIDE_BY_SIDE) {
		const round = Array.from({ length: SIDE_BY_SIDE }, async (_, index) => {
			const turn = count + index;
			const text = all[turn % all.length] ?? '';
			const end = 1 + ((Math.floor(turn / all.length) * 7) % text.length);
			using connection = await RawConnection.open(target.port);
			connection.send(text.slice(0, end));
			if (turn % 3 === 0) connection.reset();
			else if (turn % 3 === 1) connection.endHalf();
			// One that says nothing more is not answered either, if it was cut too early.
			if (end === text.length || turn % 3 === 1) await connection.answered(signal);
		});
		await Promise.all(round);
	}
};
