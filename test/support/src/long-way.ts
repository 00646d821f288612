import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

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
}

/** A TCP relay on which everything takes its time: late by `delayMs` each way, in order, and at any rate. */
export class LongWay implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();

	private constructor({ host = '127.0.0.1', port, delayMs }: LongWayOptions) {
		this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
			const far = connect({ host, port, allowHalfOpen: true, noDelay: true });
			this.#lay(near, far, delayMs);
			this.#lay(far, near, delayMs);
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

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#lay(from: Socket, to: Socket, delayMs: number): void {
		this.#sockets.add(from);
		const line = new DelayLine(delayMs, to, () => from.resume());
		from.on('data', (chunk) => {
			if (!line.put(chunk)) from.pause();
		});
		from.on('end', () => line.put(undefined));
		from.on('error', () => from.destroy());
		from.on('close', () => {
			this.#sockets.delete(from);
			if (from.readableEnded) return;
			line.clear();
			to.resetAndDestroy();
		});
		from.resume();
	}
}

/** What is under way in one direction. */
class DelayLine {
	readonly #delayMs: number;
	readonly #to: Socket;
	readonly #free: () => void;
	/** A chunk that is undefined is the end. */
	#items: { readonly due: number; readonly chunk: Buffer | undefined }[] = [];
	#bytes = 0;
	#timer: NodeJS.Timeout | undefined;
	#isBlocked = false;

	constructor(delayMs: number, to: Socket, free: () => void) {
		this.#delayMs = delayMs;
		this.#to = to;
		this.#free = free;
		to.on('drain', () => {
			this.#isBlocked = false;
			this.#deliver();
		});
	}

	/** False if that was the last that fits for now. */
	put(chunk: Buffer | undefined): boolean {
		this.#items.push({ due: performance.now() + this.#delayMs, chunk });
		this.#bytes += chunk?.length ?? 0;
		this.#timer ??= setTimeout(() => this.#deliver(), this.#delayMs);
		return this.#bytes < MAX_UNDER_WAY_BYTES;
	}

	clear(): void {
		clearTimeout(this.#timer);
		this.#items = [];
	}

	#deliver(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const now = performance.now();
		while (!this.#isBlocked && (this.#items[0]?.due ?? Number.POSITIVE_INFINITY) <= now) this.#pass();
		const [first] = this.#items;
		if (first && !this.#isBlocked) this.#timer = setTimeout(() => this.#deliver(), Math.max(0, first.due - now));
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
