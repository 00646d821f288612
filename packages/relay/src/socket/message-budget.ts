import { type Clock, TokenBucket } from '@oriel/base';
import { type MessageType, ProtocolError } from '@oriel/protocol';

// What messages cost. A unit is the work of a ping and its pong, about 15 microseconds on a small machine. What is sent
// without asking for anything has no price: acknowledgements of frames that the relay sent, and frames up to a rate.
//
// What the programs of this repository send at most, in units:
// - The page on opening: hello, watch, five pings: 7, and one for each 10 cameras watched and each 512 bytes of their names:
//   a wall of 200 cameras 33. Afterwards a ping a second. While a wall of 200 is being scrolled, a watch for each picture of
//   the screen: 60 a second of about 6.
// - The agent: a pong every two seconds, four a second while its clock is in doubt. An announce, a status and controls (4 KiB
//   with 20 controls: 9 units) for each change at the camera, of which its owner's page asks for one at a time: up to
//   20 a second, 180 units, while a slider is dragged.
// So an opening and everything that goes on for longer than a few seconds is within what each connection has of its own,
// and what people do with their hands is within what the connections of a network share.

/** Units a second that each connection may send, whatever others do. */
export const MESSAGES_PER_SECOND = 10;
/** Units that each connection may send at once. */
export const MAX_MESSAGE_BURST = 40;
/** Units a second beyond those, for all connections of one network together. */
export const SHARED_MESSAGES_PER_SECOND = 1000;
/** Units beyond those at once, for all connections of one network together: 60 ms of work. */
export const MAX_SHARED_MESSAGE_BURST = 4000;
/** Frames, their presentations and posters a second on one connection: eight times 60, or four times with presentations. */
export const FRAMES_PER_SECOND = 480;
/** Frames, their presentations and posters at once: after a break an agent sends a whole group, which has 500 frames at most. */
export const MAX_FRAME_BURST = 1200;
/** Bytes of JSON that are read for one unit. */
export const JSON_BYTES_PER_MESSAGE = 512;

/**
 * Packets, of up to 16 WebSocket frames each, that are read in one turn of the event loop; the others wait for the next. The
 * budget of one connection bounds a packet to 0.6 ms.
 */
export const MAX_PACKETS_PER_TURN = 32;

/** The messages that one connection may still send. */
export class MessageBudget {
	readonly #own: TokenBucket;
	readonly #shared: TokenBucket;
	readonly #frames: TokenBucket;

	/** `shared`: what the connections of one network have together. */
	constructor(clock: Pick<Clock, 'now'>, shared: TokenBucket) {
		this.#own = new TokenBucket(clock, { perSecond: MESSAGES_PER_SECOND, burst: MAX_MESSAGE_BURST });
		this.#frames = new TokenBucket(clock, { perSecond: FRAMES_PER_SECOND, burst: MAX_FRAME_BURST });
		this.#shared = shared;
	}

	/** Pays for work; false if there is not enough left. */
	take(cost: number): boolean {
		return cost === 0 || this.#own.take(cost) || this.#shared.take(cost);
	}

	/** Pays for work; throws ProtocolError `too-many` if there is not enough left. `what` is for the peer. */
	spend(cost: number, what: string): void {
		if (!this.take(cost)) throw tooMany(what);
	}

	/** Pays for reading a message. Throws ProtocolError `too-many` if there is not enough left. */
	begin(type: MessageType | undefined, bytes: number): void {
		// Whether it acknowledges anything, only those know who have sent it.
		if (type === 'ack') return;
		// A presentation stands before a frame and costs as much.
		if (type !== 'frame' && type !== 'poster' && type !== 'presentation')
			this.spend(costOf(type, bytes), type ?? 'message of an unknown type');
		else if (!this.#frames.take()) throw tooManyFrames();
	}
}

function costOf(type: MessageType | undefined, bytes: number): number {
	const isBinary = type === undefined || type === 'ping' || type === 'pong';
	return isBinary ? 1 : 1 + bytes / JSON_BYTES_PER_MESSAGE;
}

/** What is said to a peer that sends too much. */
export function tooMany(what: string): ProtocolError {
	const own = `${MESSAGES_PER_SECOND} messages a second (${MAX_MESSAGE_BURST} at once)`;
	const shared = `${SHARED_MESSAGES_PER_SECOND} a second for all connections of a network`;
	return new ProtocolError('too-many', `Too many messages: a ${what} came beyond ${own} and ${shared}; send fewer`);
}

function tooManyFrames(): ProtocolError {
	const most = `${FRAMES_PER_SECOND} a second (${MAX_FRAME_BURST} at once)`;
	return new ProtocolError('too-many', `Too many frames: at most ${most} are accepted; send fewer`);
}
