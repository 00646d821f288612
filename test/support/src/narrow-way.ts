import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a way holds back in one direction before its sender has to wait: a router's buffer, small enough not to hide anything. */
export const MAX_HELD_BYTES: number = 8 * 1024;
/** How often what is due goes on. */
const STEP_MS = 4;

export interface NarrowWayOptions {
	/** Where it leads, on this machine. */
	readonly port: number;
	/** What goes through in each direction; `Infinity`: everything. */
	readonly bitsPerSecond: number;
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
	readonly #timer: NodeJS.Timeout;
	#at = performance.now();

	private constructor({ port, bitsPerSecond }: NarrowWayOptions) {
		this.bitsPerSecond = bitsPerSecond;
		this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
			const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
			this.#lay(near, far, this.#there);
			this.#lay(far, near, this.#back);
		});
		this.#timer = setInterval(() => this.#carry(), STEP_MS);
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

	async [Symbol.asyncDispose](): Promise<void> {
		clearInterval(this.#timer);
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
		const now = performance.now();
		const bytes = ((now - this.#at) * this.bitsPerSecond) / 8000;
		this.#at = now;
		this.#there.carry(bytes);
		this.#back.carry(bytes);
	}
}

/** All that goes one way. */
class Lanes {
	#lanes: Lane[] = [];
	/** What may go on at once; what nobody used is not saved. */
	#credit = 0;

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
		// In turns, so that none has it all.
		for (const lane of this.#lanes) this.#credit -= lane.take(this.#credit);
		this.#lanes.push(...this.#lanes.splice(0, 1));
		this.#lanes = this.#lanes.filter(({ isOver }) => !isOver);
		const isUnlimited = bytes === Number.POSITIVE_INFINITY;
		if (isUnlimited || this.#lanes.every(({ isEmpty }) => isEmpty)) this.#credit = Math.min(this.#credit, 0);
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

	get isEmpty(): boolean {
		return this.#bytes === 0;
	}

	/** False if that was the last that fits for now; undefined is the end. */
	put(chunk: Buffer | undefined): boolean {
		if (chunk) this.#held.push(chunk);
		else this.#isEnded = true;
		this.#bytes += chunk?.length ?? 0;
		return this.#bytes < MAX_HELD_BYTES;
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
		if (this.#bytes < MAX_HELD_BYTES && this.#from.isPaused()) this.#from.resume();
		if (this.#isEnded && this.#bytes === 0) {
			this.isOver = true;
			this.#to.end();
		}
		return taken;
	}
}
