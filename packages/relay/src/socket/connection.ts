import type { Duplex } from 'node:stream';
import type { Micros } from '@oriel/base';
import type { Goodbye, Hello, Message, PingSchedule } from '@oriel/protocol';
import type { ClockOffset } from '@oriel/stream';

/** A connection in oriel.v1 as those see it who handle its messages. It knows messages, not what they mean. */
export interface Connection {
	/** The TCP or TLS stream below, for bytes that are prepared once and shared. Write to it only while `isOpen`. */
	readonly socket: Duplex;
	/** False once either side has begun to close: nothing may be sent after a goodbye. */
	readonly isOpen: boolean;
	/** Says hello, which comes before everything else. */
	sayHello(hello: Pick<Hello, 'software' | 'capabilities'>): void;
	/** Begins to ping the peer, and to measure `offset` by its pongs. */
	startPings(schedule: PingSchedule, offset: ClockOffset): void;
	/** Asks for a pong now. */
	ping(): void;
	send(message: Message): void;
	/** Sends what `preparePacket` made, which may be shared. */
	sendPrepared(packet: Buffer): void;
	/** Packets have just been written to the socket: they are counted if it has not taken them. */
	onWritten(packets: readonly Buffer[]): void;
	/** The socket has taken something. */
	onDrain(): void;
	/** Counts how much is kept of what the peer has sent, in bytes: lists, not pictures. */
	countKept(bytes: number): void;
	/** Says why, then closes. The peer has two seconds to do the same. Twice is fine. */
	goodbye(goodbye: Goodbye): void;
	/**
	 * Pays for work that the peer has asked for, beside the reading of its message; see message-budget.ts. Throws, for `onMessage`
	 * to pass on, if it has asked for too much. `what` is for the peer.
	 */
	spend(cost: number, what: string): void;
	/** Ends the connection if the peer has been silent for too long. To be called about once a second. */
	tick(now: Micros): void;
}

/** Who handles the messages of a connection. Whatever `onMessage` throws ends the connection, and nothing else. */
export interface ConnectionHandler {
	/** Who the peer is, at the beginning of a sentence: `An agent`. */
	readonly peer: string;
	/** Whether the peer may send messages of this type. Anything that it may not send ends the connection. */
	accepts(type: Message['type']): boolean;
	/** A message that the peer may send. Versions are checked, pings answered and pongs measured without the handler. */
	onMessage(message: Message): void;
	/** Called whenever the socket has taken a message sent through `Connection.send`: it may be free for a frame again. */
	onDrain?(): void;
	/** Called once, when the connection is over. */
	onClosed(reason: string): void;
}
