import { encode, MAX_CAPABILITIES, MAX_TEXT_LENGTH, MAX_WATCHED_CAMERAS } from '@oriel/protocol';
import type { Attack } from '@oriel/testing/attack';
import { breathe, dial, handshake, keepOpen, webSocketFrame } from './memory-tools.ts';

const LONG = '\u4e00'.repeat(MAX_TEXT_LENGTH);

/** All that the relay remembers of a camera, as long as it may be: title, reasons, controls with every choice. */
export const longestWords: Attack = async (target, signal) => {
	const capabilities = Array.from({ length: MAX_CAPABILITIES }, () => 'x'.repeat(MAX_TEXT_LENGTH));
	const choices = Array.from({ length: 24 }, (_, value) => ({ value, label: 'x'.repeat(20) }));
	const range = { min: 0, max: 9, step: 1, usual: 0, value: 0, restarts: false } as const;
	const controls = Array.from({ length: 64 }, (_, at) => ({
		...{ name: `control_${at}`, label: 'x'.repeat(60), kind: 'menu' as const, choices },
		...range,
	}));
	while (!signal.aborted) {
		const socket = dial(target.port, signal);
		socket.write(handshake('/agent', target.key));
		const facts = { name: target.hostileCamera, codec: 'jpeg', width: 16, height: 16, stream: 0 } as const;
		for (let count = 0; !signal.aborted && !socket.destroyed; count++) {
			const title = `${count}`.padStart(MAX_TEXT_LENGTH, '\u4e00');
			socket.write(webSocketFrame(encode({ type: 'announce', camera: 1, ...facts, title, capabilities })));
			const reason = `${count}`.padStart(MAX_TEXT_LENGTH, '\u4e00');
			socket.write(
				webSocketFrame(encode({ type: 'status', camera: 1, state: 'stalled', since: 0, reason, limited: LONG })),
			);
			const state = { state: 'ready', isChanged: false, answers: count } as const;
			socket.write(webSocketFrame(encode({ type: 'controls', camera: 1, controls, ...state })));
			await breathe(signal, 200);
		}
		socket.destroy();
	}
};

/** Viewers that name as many cameras as they may, none of which exist, and all that they can do. */
export const longestLists: Attack = (target, signal) => {
	const cameras = Array.from({ length: MAX_WATCHED_CAMERAS }, (_, at) => `${at}`.padStart(60, 'x'));
	const capabilities = Array.from({ length: MAX_CAPABILITIES }, (_, at) => `${at}`.padStart(MAX_TEXT_LENGTH, 'x'));
	const lists = Buffer.concat([
		webSocketFrame(encode({ type: 'hello', version: 1, software: 'x', capabilities })),
		webSocketFrame(encode({ type: 'watch', cameras })),
	]);
	return keepOpen(80, signal, () => {
		const socket = dial(target.port, signal);
		socket.write(handshake('/live', target.token));
		socket.write(lists);
		return socket;
	});
};
