import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Cancel, type Clock, type Micros, systemClock } from '@oriel/base';

/** What a way holds back in one direction before its sender has to wait: a router's buffer, small enough not to hide anything. */
export const MAX_HELD_BYTES: number = 8 * 1024;
/** How often what is due goes on. */
export const STEP_MS: number = 4;

export interface NarrowWayOptions {
	/** Where it leads, on this machine. */
	readonly port: number;
	/** What goes through in each direction; `Infinity`: everything. */
	readonly bitsPerSecond: number;
	/** The time by which it carries. */
	readonly clock?: Clock;
}

/**
 * A TCP relay that carries so many bits a second in each direction, for all its connections together, and holds next to
 * nothing. The kernels on both sides hold some more; what they hold is set by what a sender puts under way.
 */
export class NarrowWay implements AsyncDisposable {
	/** May be changed while it carries. */
	bitsPerSecond: number;
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	readonly #there = new Lanes();
	readonly #back = new Lanes();
	readonly #clock: Clock;
	readonly #stop: Cancel;
	#at: Micros;

	private constructor({ port, bitsPerSecond, clock = systemClock }: NarrowWayOptions) {
		this.bitsPerSecond = bitsPerSecond;
		this.#clock = clock;
		this.#at = clock.now();
		this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
			const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
			this.#lay(near, far, this.#there);
			this.#lay(far, near, this.#back);
		});
		this.#stop = clock.every(STEP_MS, () => this.#carry());
	}

	static async open(options: NarrowWayOptions): Promise<NarrowWay> {
		const way = new NarrowWay(options);
		await new Promise<void>((resolve) => way.#server.listen(0, '127.0.0.1', resolve));
		return way;
	}

	/** The end to dial. */
	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Bytes that wait to go on, both ways together. */
	get heldBytes(): number {
		return this.#there.heldBytes + this.#back.heldBytes;
	}

	/** Bytes that have gone on, both ways together. */
	get carriedBytes(): number {
		return this.#there.carriedBytes + this.#back.carriedBytes;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#stop();
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#lay(from: Socket, to: Socket, lanes: Lanes): void {
		this.#sockets.add(from);
		const lane = lanes.add(from, to);
		from.on('data', (chunk) => {
			if (!lane.put(chunk)) from.pause();
		});
		from.on('end', () => lane.put(undefined));
		from.on('error', () => from.destroy());
		from.on('close', () => {
			this.#sockets.delete(from);
			if (from.readableEnded) return;
			lanes.remove(lane);
			to.resetAndDestroy();
		});
		from.resume();
	}

	#carry(): void {
		const now = this.#clock.now();
		const bytes = ((now - this.#at) * this.bitsPerSecond) / 8_000_000;
		this.#at = now;
		this.#there.carry(bytes);
		this.#back.carry(bytes);
	}
}

/** All that goes one way. */
class Lanes {
	#lanes: Lane[] = [];
	/** What may go on at once; unused capacity is not saved. */
	#credit = 0;
	carriedBytes = 0;

	get heldBytes(): number {
		return this.#lanes.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
	}

	add(from: Socket, to: Socket): Lane {
		const lane = new Lane(from, to);
		this.#lanes.push(lane);
		return lane;
	}

	remove(lane: Lane): void {
		this.#lanes = this.#lanes.filter((other) => other !== lane);
	}

	carry(bytes: number): void {
		this.#credit += bytes;
		const wereFull = this.#lanes.some(({ isFull }) => isFull);
		// In turns, so that none has it all.
		for (const lane of this.#lanes) {
			const taken = lane.take(this.#credit);
			this.#credit -= taken;
			this.carriedBytes += taken;
		}
		this.#lanes.push(...this.#lanes.splice(0, 1));
		this.#lanes = this.#lanes.filter(({ isOver }) => !isOver);
		// Where more had to wait than is held, this machine was late with a step and not the sender with its bytes.
		const saved = wereFull && Number.isFinite(bytes) ? bytes : 0;
		if (this.heldBytes === 0 || !Number.isFinite(bytes)) this.#credit = Math.min(this.#credit, saved);
	}
}

/** One connection, one way. */
class Lane {
	readonly #from: Socket;
	readonly #to: Socket;
	#held: Buffer[] = [];
	#bytes = 0;
	#isEnded = false;
	isOver = false;

	constructor(from: Socket, to: Socket) {
		this.#from = from;
		this.#to = to;
	}

	get heldBytes(): number {
		return this.#bytes;
	}

	/** Whether its sender waits. */
	get isFull(): boolean {
		return this.#bytes >= MAX_HELD_BYTES;
	}

	/** False if that was the last that fits for now; undefined is the end. */
	put(chunk: Buffer | undefined): boolean {
		if (chunk) this.#held.push(chunk);
		else this.#isEnded = true;
		this.#bytes += chunk?.length ?? 0;
		return !this.isFull;
	}

	/** Sends on so many bytes at most; gives how many they were. */
	take(credit: number): number {
		let taken = 0;
		for (let room = Math.floor(credit); room > 0; room = Math.floor(credit) - taken) {
			const [first] = this.#held;
			if (!first) break;
			const part = first.subarray(0, room);
			if (part.length === first.length) this.#held.shift();
			else this.#held[0] = first.subarray(part.length);
			this.#to.write(part);
			taken += part.length;
		}
		this.#bytes -= taken;
		if (!this.isFull && this.#from.isPaused()) this.#from.resume();
		if (this.#isEnded && this.#bytes === 0) {
			this.isOver = true;
			this.#to.end();
		}
		return taken;
	}
}
