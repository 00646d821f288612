import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Cancel, type Clock, type Micros, systemClock } from '@oriel/base';

/** Bytes that may be on their way in one direction; with more the sender has to wait. A second at 128 Mbit/s. */
export const MAX_UNDER_WAY_BYTES: number = 16 * 1024 * 1024;

export interface LongWayOptions {
	/** Where it leads. */
	readonly host?: string;
	readonly port: number;
	/** Where it begins: any free port of this machine unless told otherwise. */
	readonly listen?: { readonly host: string; readonly port: number };
	/** How long every byte takes, each way. */
	readonly delayMs: number;
	/** The time by which it delays. */
	readonly clock?: Clock;
}

/** A TCP relay on which everything takes its time: late by `delayMs` each way, in order, and at any rate. */
export class LongWay implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	readonly #lines = new Set<DelayLine>();

	private constructor({ host = '127.0.0.1', port, delayMs, clock = systemClock }: LongWayOptions) {
		this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
			const far = connect({ host, port, allowHalfOpen: true, noDelay: true });
			this.#lay(near, far, delayMs, clock);
			this.#lay(far, near, delayMs, clock);
		});
	}

	static async open(options: LongWayOptions): Promise<LongWay> {
		const way = new LongWay(options);
		const { host, port } = options.listen ?? { host: '127.0.0.1', port: 0 };
		await new Promise<void>((resolve) => way.#server.listen(port, host, resolve));
		return way;
	}

	/** The end to dial. */
	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Bytes that are on their way, both ways together. */
	get heldBytes(): number {
		return [...this.#lines].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#lay(from: Socket, to: Socket, delayMs: number, clock: Clock): void {
		this.#sockets.add(from);
		const line = new DelayLine(delayMs, clock, to, () => from.resume());
		this.#lines.add(line);
		from.on('data', (chunk) => {
			if (!line.put(chunk)) from.pause();
		});
		from.on('end', () => line.put(undefined));
		from.on('error', () => from.destroy());
		from.on('close', () => {
			this.#sockets.delete(from);
			if (from.readableEnded) return;
			this.#lines.delete(line);
			line.clear();
			to.resetAndDestroy();
		});
		from.resume();
	}
}

/** What is under way in one direction. */
class DelayLine {
	readonly #delayMs: number;
	readonly #clock: Clock;
	readonly #to: Socket;
	readonly #free: () => void;
	/** A chunk that is undefined is the end. */
	#items: { readonly due: Micros; readonly chunk: Buffer | undefined }[] = [];
	#bytes = 0;
	#cancel: Cancel | undefined;
	#isBlocked = false;

	constructor(delayMs: number, clock: Clock, to: Socket, free: () => void) {
		this.#delayMs = delayMs;
		this.#clock = clock;
		this.#to = to;
		this.#free = free;
		to.on('drain', () => {
			this.#isBlocked = false;
			this.#deliver();
		});
	}

	get heldBytes(): number {
		return this.#bytes;
	}

	/** False if that was the last that fits for now. */
	put(chunk: Buffer | undefined): boolean {
		this.#items.push({ due: this.#clock.now() + this.#delayMs * 1000, chunk });
		this.#bytes += chunk?.length ?? 0;
		this.#cancel ??= this.#clock.after(this.#delayMs, () => this.#deliver());
		return this.#bytes < MAX_UNDER_WAY_BYTES;
	}

	clear(): void {
		this.#cancel?.();
		this.#items = [];
		this.#bytes = 0;
	}

	#deliver(): void {
		this.#cancel?.();
		this.#cancel = undefined;
		const now = this.#clock.now();
		while (!this.#isBlocked && (this.#items[0]?.due ?? Number.POSITIVE_INFINITY) <= now) this.#pass();
		const [first] = this.#items;
		if (!first || this.#isBlocked) return;
		this.#cancel = this.#clock.after(Math.max(0, first.due - now) / 1000, () => this.#deliver());
	}

	#pass(): void {
		const item = this.#items.shift();
		if (!item?.chunk) {
			this.#to.end();
			return;
		}
		const wasFull = this.#bytes >= MAX_UNDER_WAY_BYTES;
		this.#bytes -= item.chunk.length;
		this.#isBlocked = !this.#to.write(item.chunk);
		if (wasFull && this.#bytes < MAX_UNDER_WAY_BYTES) this.#free();
	}
}
