// What a handler learns of its connection, and what of it is logged.
import { encode, ProtocolError } from '@oriel/protocol';
import { RecordingLog } from '@oriel/testing/recording-log';
import { fromClient, openConnection } from '@oriel/testing/relay/open-connection';
import { rounds, until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';

const PING = fromClient(encode({ type: 'ping', sentAt: 0 }));
const CLOSE = fromClient(Uint8Array.of(0x03, 0xe8), 8);

it('a handler is told, as itself, when the socket has taken a message', async () => {
	const told: unknown[] = [];
	const { connection, socket } = openConnection(() => {}, {
		onDrain() {
			told.push(this);
		},
	});
	connection.send({ type: 'ping', sentAt: 0 });
	expect(told).toEqual([]);
	for (let count = 0; count < 5; count++) await socket.drain();
	expect(told).toEqual([expect.objectContaining({ onMessage: expect.any(Function), onClosed: expect.any(Function) })]);
	socket.destroy();
});

it.each([
	['what broke inside the relay', new TypeError('cannot read it'), ['error: a message could not be handled']],
	['what the peer broke', new ProtocolError('bad-field', 'Camera 7 came'), []],
])('the log has %s as an error, or not at all', async (_words, thrown, lines) => {
	const log = new RecordingLog();
	const { connection, socket } = openConnection(
		() => {
			throw thrown;
		},
		{ log },
	);
	socket.push(PING);
	await until(() => !connection.isOpen);
	expect(log.problems).toEqual(lines);
	socket.destroy();
});

it('nothing is said any more once the peer has begun to close', async () => {
	const { connection, socket, ends } = openConnection(() => {});
	socket.push(CLOSE);
	await until(() => !connection.isOpen);
	expect(ends).toEqual([]);
	for (let count = 0; count < 5; count++) await socket.drain();
	const { length } = socket.taken;
	connection.send({ type: 'ping', sentAt: 0 });
	await rounds();
	for (let count = 0; count < 5; count++) await socket.drain();
	expect(socket.taken).toHaveLength(length);
	socket.destroy();
	await until(() => ends.length > 0);
	expect(ends).toEqual(['the other end closed the connection (1000)']);
});
