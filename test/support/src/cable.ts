import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A network cable that can be pulled: a TCP relay that stops carrying bytes, in both directions and for new connections
 * too, without telling either end. When it is joined again, what was in flight arrives late, as TCP's own repeats would.
 */
export class Cable implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#isCut = false;
	#isBroken = false;
	#carried = 0;

	private constructor(server: Server) {
		this.#server = server;
	}

	/** Lays a cable to a port of this machine. */
	static async lay(targetPort: number): Promise<Cable> {
		const server = createServer({ pauseOnConnect: true });
		const cable = new Cable(server);
		server.on('connection', (near) => {
			if (cable.#isBroken) near.destroy();
			else cable.#join(near, connect({ port: targetPort, host: '127.0.0.1' }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return cable;
	}

	/** The end to dial. */
	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Bytes carried so far from those who dialled. */
	get carriedBytes(): number {
		return this.#carried;
	}

	/** Pulls the plug: nothing arrives, nothing ends. */
	cut(): void {
		this.#isCut = true;
		for (const socket of this.#sockets) socket.pause();
	}

	/** What a dead machine does: all connections end, and new ones end at once. */
	break(): void {
		this.#isBroken = true;
		for (const socket of this.#sockets) socket.destroy();
	}

	mend(): void {
		this.#isCut = false;
		this.#isBroken = false;
		for (const socket of this.#sockets) socket.resume();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#join(near: Socket, far: Socket): void {
		for (const [from, to] of [
			[near, far],
			[far, near],
		] as const) {
			this.#sockets.add(from);
			from.setNoDelay(true);
			from.on('data', (chunk) => {
				if (from === near) this.#carried += chunk.length;
				to.write(chunk);
			});
			from.on('error', () => from.destroy());
			from.on('close', () => {
				this.#sockets.delete(from);
				to.destroy();
			});
			if (this.#isCut) from.pause();
			else from.resume();
		}
	}
}
