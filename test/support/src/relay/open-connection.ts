import type { IncomingMessage } from 'node:http';
import { silentLog, TokenBucket } from '@oriel/base';
import { decode, type Message, SUBPROTOCOL } from '@oriel/protocol';
import { Turns } from '../../../../packages/relay/src/http/turns.ts';
import { Acceptor } from '../../../../packages/relay/src/socket/acceptor.ts';
import type { Connection, ConnectionHandler } from '../../../../packages/relay/src/socket/connection.ts';
import { MAX_PACKETS_PER_TURN } from '../../../../packages/relay/src/socket/message-budget.ts';
import type { ConnectionSettings } from '../../../../packages/relay/src/socket/websocket-connection.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeSocket } from './fake-socket.ts';
import { plentyOfMemory } from './memory.ts';

export const MAX_PICTURE_BYTES = 100_000;
/** What the connections of the network may send together beyond what each may. */
export const SHARED = 10;

interface OpenConnectionOptions extends Partial<Pick<ConnectionSettings, 'turns' | 'log'>> {
	readonly memory?: ReturnType<typeof plentyOfMemory>;
	readonly share?: number;
	readonly owner?: string;
	/** The handler's, beside `onMessage`. */
	readonly onDrain?: (this: unknown) => void;
}

/** A connection over a socket that takes nothing unless told to. */
export function openConnection(
	onMessage: (message: Message, connection: Connection) => void,
	{
		memory = plentyOfMemory(),
		share = SHARED,
		turns = new Turns(MAX_PACKETS_PER_TURN),
		log = silentLog,
		owner = 'test',
		onDrain,
	}: OpenConnectionOptions = {},
) {
	const clock = new FakeClock();
	const socket = new FakeSocket();
	const headers = {
		upgrade: 'websocket',
		'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
		'sec-websocket-version': '13',
		'sec-websocket-protocol': SUBPROTOCOL,
	};
	const request = { method: 'GET', headers } as unknown as IncomingMessage;
	const ends: string[] = [];
	const opened: { connection?: Connection } = {};
	const shared = new TokenBucket(clock, { perSecond: 0, burst: share });
	const options = {
		...{ clock, log, maxPictureBytes: MAX_PICTURE_BYTES, takesPictures: true },
		shareOf: () => shared,
		turns,
		...memory,
	};
	const make = (connection: Connection): ConnectionHandler => {
		opened.connection = connection;
		const handler = {
			peer: 'A test',
			accepts: () => true,
			onMessage: (message: Message) => onMessage(message, connection),
			onClosed: (reason: string) => ends.push(reason),
		};
		return onDrain ? { ...handler, onDrain } : handler;
	};
	new Acceptor(options).accept(request, socket, Buffer.alloc(0), make, owner);
	return { clock, socket, ends, connection: opened.connection as Connection, memory };
}

/** One WebSocket message of up to 65,535 bytes from a client: masked, with a mask that changes nothing. */
export function fromClient(body: Uint8Array, opcode = 2): Buffer {
	const length = body.length < 126 ? [body.length | 0x80] : [126 | 0x80, body.length >> 8, body.length & 0xff];
	return Buffer.concat([Uint8Array.of(0x80 | opcode, ...length, 0, 0, 0, 0), body]);
}

/** The messages of WebSocket frames as the relay writes them. */
export function messagesOf(chunks: readonly Buffer[]): Message[] {
	const bytes = Buffer.concat(chunks);
	const messages: Message[] = [];
	for (let at = bytes.indexOf('\r\n\r\n') + 4; at < bytes.length; ) {
		const short = (bytes[at + 1] ?? 0) & 0x7f;
		const start = at + (short === 126 ? 4 : 2);
		const end = start + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
		if (bytes[at] === 0x82) messages.push(...decode(bytes.subarray(start, end)));
		at = end;
	}
	return messages;
}
