import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Many requests get no answer, for they are not whole. */
const PATIENCE_MS = 200;

/** A TCP connection that sends what no HTTP client would. */
export class RawConnection implements Disposable {
	readonly socket: Socket;
	#heard = '';

	private constructor(socket: Socket) {
		this.socket = socket;
		socket.on('error', () => {});
		socket.on('data', (chunk) => {
			this.#heard += chunk.toString('latin1');
		});
	}

	/** Resolves when it is connected to a port of this machine, or has been refused. `from`: any address of 127.0.0.0/8. */
	static async open(port: number, from?: string): Promise<RawConnection> {
		const local = from === undefined ? {} : { localAddress: from };
		// Half of it may be closed: then the other half is still read.
		const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true, ...local });
		const connection = new RawConnection(socket);
		await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
		return connection;
	}

	/** All that has come, a character a byte. */
	get heard(): string {
		return this.#heard;
	}

	/** Whether the peer has closed its half, or all of it. */
	get isOver(): boolean {
		return this.socket.readableEnded || this.socket.destroyed;
	}

	/** In one packet, if it is short enough for one. */
	send(bytes: string | Uint8Array): void {
		if (this.socket.writable) this.socket.write(bytes);
	}

	/** Closes its half; the other one goes on. */
	endHalf(): void {
		this.socket.end();
	}

	/** Breaks the connection (RST) instead of closing it. */
	reset(): void {
		this.socket.resetAndDestroy();
	}

	/** Resolves when anything has come, the connection is over, `signal` aborts, or nothing has come for a moment. */
	async answered(signal: AbortSignal): Promise<void> {
		if (this.#heard !== '' || this.isOver || signal.aborted) return;
		const stop = new AbortController();
		const stops = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(PATIENCE_MS)]);
		const events = ['data', 'end', 'close'] as const;
		await Promise.race(events.map((event) => once(this.socket, event, { signal: stops }))).catch(() => {});
		stop.abort();
	}

	[Symbol.dispose](): void {
		this.socket.destroy();
	}
}
